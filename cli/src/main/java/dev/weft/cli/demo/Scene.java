package dev.weft.cli.demo;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The mesh of the demo, which is up, and programs in its workloads, run as {@code weft exec} does. */
record Scene(MeshHandle mesh, DemoFiles files) {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Start of the identities: trust domain and path up to the name of the service account. */
    static final String IDENTITY_PREFIX = "spiffe://cluster.local/ns/shop/sa/";

    static final String CALLER = "shop/web";
    static final String SERVER = "shop/api";
    static final String BATCH = "shop/batch";
    static final String INTRUDER = "shop/intruder";

    List<String> addresses(String workload) throws IOException {
        return mesh.workload(workload).addresses();
    }

    WorkloadStatus workload(String name) throws IOException {
        return mesh.workload(name);
    }

    /** Runs curl in a workload to fetch a page, from the shop's api or from the plain server. */
    Outcome curl(String workload, String url) throws IOException, InterruptedException {
        return run(workload, "curl", "-sS", "--max-time", "5", url);
    }

    /**
     * How a program ended.
     *
     * @param exit its exit code; -1 when it did not end within ten seconds
     */
    record Outcome(int exit, String out, String err) {}

    Outcome run(String workload, String... command) throws IOException, InterruptedException {
        Process process = start(workload, command);
        CompletableFuture<String> out = text(process.getInputStream());
        CompletableFuture<String> err = text(process.getErrorStream());
        boolean ended = process.waitFor(LONGEST);
        if (!ended) {
            stop(process);
        }
        return new Outcome(ended ? process.exitValue() : -1, out.join(), err.join());
    }

    /** Starts a program; its standard input is empty. */
    Process start(String workload, String... command) throws IOException {
        Process process = mesh.exec(workload, List.of(command)).start();
        process.getOutputStream().close();
        return process;
    }

    /** Stops a program by ending its descendants first: ending only nsenter would leave the program behind. */
    static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static CompletableFuture<String> text(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return text;
    }
}
