package dev.weft.local.launch;

import dev.weft.local.command.Commands;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Checks what a machine must offer for a mesh, before anything is started. */
final class Prerequisites {

    private static final String SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
    private static final Duration TRIAL_LIMIT = Duration.ofSeconds(20);

    /** Tests at once everything that a mesh needs from the kernel. */
    private static final String TRIAL =
            "ip link add weft0 type bridge && ip link add weft1 type veth peer name weft2 && nft add table inet weft";

    private Prerequisites() {}

    /**
     * Checks the machine. The exception says what to install or allow.
     *
     * @return whether this is root, which needs no user namespace
     */
    static boolean check() throws IOException, InterruptedException {
        requireCommands(System.getenv());
        boolean root = Uid.own() == 0;
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (!root) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"));
        command.addAll(List.of("--", "sh", "-c", TRIAL));
        ProcessBuilder builder = new ProcessBuilder(command);
        extendPath(builder.environment());
        Commands.Result trial = Commands.end(builder, "", TRIAL_LIMIT)
                .orElseThrow(() -> new MeshStartException("making namespaces hangs on this machine", List.of()));
        if (trial.status() != 0) {
            throw refused(root, trial.output());
        }
        return root;
    }

    /** Adds the directories of system commands to PATH, which ordinary users often lack. */
    static void extendPath(Map<String, String> environment) {
        environment.merge("PATH", SYSTEM_PATH, (path, system) -> path + ":" + system);
    }

    static void requireCommands(Map<String, String> environment) throws MeshStartException {
        Map<String, String> extended = new LinkedHashMap<>(environment);
        extendPath(extended);
        requireIn(List.of(extended.getOrDefault("PATH", "").split(":", -1)));
    }

    static void requireIn(List<String> folders) throws MeshStartException {
        SequencedMap<String, String> packages = new LinkedHashMap<>();
        for (String command : List.of("unshare", "nsenter", "setpriv", "setsid")) {
            packages.put(command, "util-linux");
        }
        packages.put("mount", "mount");
        packages.put("ip", "iproute2");
        packages.put("nft", "nftables");
        List<String> missing = packages.keySet().stream()
                .filter(command -> folders.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, command))))
                .toList();
        if (!missing.isEmpty()) {
            String names = String.join(
                    " ", missing.stream().map(packages::get).distinct().toList());
            throw new MeshStartException(
                    "not found on this machine: " + String.join(", ", missing),
                    List.of("on Debian and Ubuntu: apt-get install " + names));
        }
    }

    private static MeshStartException refused(boolean root, String output) {
        List<String> details = new ArrayList<>(output.lines().toList());
        if (root) {
            details.add("a container needs CAP_SYS_ADMIN and CAP_NET_ADMIN for this (docker run --privileged)");
        } else {
            Stream.of(
                            forbids("kernel/unprivileged_userns_clone", "0", "1"),
                            forbids("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
                            forbids("user/max_user_namespaces", "0", "15000"))
                    .flatMap(Optional::stream)
                    .forEach(details::add);
            details.add("root needs no user namespace: sudo weft up works everywhere");
        }
        return new MeshStartException(
                root
                        ? "the kernel does not let root make namespaces, links and nftables rules here"
                        : "the kernel does not let this user make namespaces, links and nftables rules",
                details);
    }

    private static Optional<String> forbids(String setting, String forbidding, String allowing) {
        try {
            String value = Files.readString(Path.of("/proc/sys", setting)).strip();
            String name = setting.replace('/', '.');
            return value.equals(forbidding)
                    ? Optional.of(
                            "forbidden by %s=%s; to allow: sysctl -w %s=%s".formatted(name, value, name, allowing))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
