package dev.weft.e2e.cluster;

import dev.weft.e2e.mesh.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The replica of the control plane that leads. */
final class Leader {

    static final String NAMESPACE = "weft-system";

    private Leader() {}

    /** The pod that holds the Lease. */
    static String pod() throws Exception {
        String holder = Cluster.kubectl(
                        "get", "lease", "weft-control", "-n", NAMESPACE, "-o", "jsonpath={.spec.holderIdentity}")
                .ok()
                .out()
                .strip();
        return holder.contains("_") ? holder.substring(0, holder.lastIndexOf('_')) : holder;
    }

    /** The process of a replica's Java machine, where its node is this machine and the user is root. A pod's host name is its name. */
    static Optional<Long> process(String pod) throws Exception {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> read(path.resolve("comm")).strip().equals("weft-control"))
                    .filter(path -> List.of(read(path.resolve("environ")).split("\0", -1))
                            .contains("HOSTNAME=" + pod))
                    .map(path -> Long.valueOf(path.getFileName().toString()))
                    .findFirst();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return ""; // it has ended
        }
    }

    /** Ends a replica without a word: by SIGKILL, or where its node is elsewhere by a deletion without grace. */
    static void kill(String pod) throws Exception {
        Optional<Long> process = process(pod);
        if (process.isPresent()) {
            Shell.kill(process.get());
        } else {
            Cluster.kubectl("delete", "pod", pod, "-n", NAMESPACE, "--grace-period=0", "--force")
                    .ok();
        }
    }
}
