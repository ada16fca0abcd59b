package dev.weft.cli.demo.wire;

import dev.weft.local.inspect.MeshHandle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs tcpdump on the link between the workloads of a mesh. */
public final class Capture implements AutoCloseable {

    private static final long START_SECONDS = 5;
    private static final long STOP_SECONDS = 5;
    private static final String LISTENING = "listening on";
    /** The bridge of the mesh: a capture in promiscuous mode sees everything that passes between its ports. */
    private static final String LINK = "weft0";

    private final Process tcpdump;
    private final CompletableFuture<Traffic> traffic;

    private Capture(Process tcpdump) {
        this.tcpdump = tcpdump;
        this.traffic = new CompletableFuture<>();
        Thread.ofVirtual().start(this::read);
    }

    /**
     * Starts a capture. It sees every frame that is sent after this method returned.
     *
     * @param filter in tcpdump's filter language
     * @throws IOException when tcpdump is missing or does not start
     */
    public static Capture start(MeshHandle mesh, String filter) throws IOException, InterruptedException {
        // -Z root: a user namespace has no other user that tcpdump could change to.
        List<String> command = mesh.linkCommand(List.of(
                "tcpdump", "-i", LINK, "-n", "-U", "--immediate-mode", "-s", "0", "-Z", "root", "-w", "-", filter));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        Capture capture = new Capture(process);
        capture.awaitListening();
        return capture;
    }

    private void awaitListening() throws IOException, InterruptedException {
        CompletableFuture<String> started = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            StringBuilder all = new StringBuilder();
            try (BufferedReader errors = tcpdump.errorReader(StandardCharsets.UTF_8)) {
                for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                    all.append(line).append('\n');
                    if (line.contains(LISTENING)) {
                        started.complete(line);
                    }
                }
            } catch (IOException e) {
                all.append(e.getMessage());
            }
            started.completeExceptionally(new IOException("tcpdump ended: " + all));
        });
        try {
            started.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IOException(
                    "cannot look at the link: "
                            + Optional.ofNullable(e.getMessage()).orElse("tcpdump is silent"),
                    e);
        }
    }

    private void read() {
        Traffic seen = new Traffic();
        try {
            PcapReader reader = new PcapReader(tcpdump.getInputStream());
            for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                seen.add(frame.get());
            }
            traffic.complete(seen);
        } catch (IOException | UncheckedIOException e) {
            traffic.completeExceptionally(e);
        }
    }

    /** Ends the capture and returns the traffic that it saw. */
    public Traffic stop() throws IOException, InterruptedException {
        close();
        try {
            return traffic.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the capture cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // nsenter waits for its child tcpdump: a signal to nsenter would leave tcpdump behind.
        tcpdump.descendants().forEach(ProcessHandle::destroy);
        tcpdump.onExit()
                .completeOnTimeout(tcpdump, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        if (tcpdump.isAlive()) {
            // Only if tcpdump still runs: this also closes the stream that is being read.
            tcpdump.destroyForcibly();
        }
    }
}
