package dev.weft.local.supervisor;

import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Runs a control plane, two sidecars that communicate over loopback without namespaces, and the command that queries
 * them. The build runs this once to create the class caches, and once more to check that they are accepted.
 *
 * @param distribution parent of the directory of jars, in which the caches are created
 * @param log file for the output of the programs
 * @param runtime home of the Java that runs them; the caches are valid for this Java
 * @param withCommand whether to run the command as well
 */
record CacheTraining(Path distribution, String classPath, Path log, Path runtime, boolean withCommand) {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final byte LOOPBACK = 127;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(10);
    private static final String TRUST_DOMAIN = "cluster.local";
    private static final MeshName NAME = new MeshName("rehearsal");
    /**
     * The JVM flags in the script of the command. A cache is refused if flags that concern modules or object layout
     * differ.
     */
    static final List<String> COMMAND_FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private static final List<String> COMMANDS = List.of(
            "--help",
            "trust show --mesh " + NAME,
            "trust show -o json --mesh " + NAME,
            "trust show -o yaml --mesh " + NAME,
            "status --mesh " + NAME,
            "check --mesh " + NAME,
            "ps --mesh " + NAME);
    private static final String MESH = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, ports: [{name: http, port: 8080}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec: {serviceAccount: web}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-may-call, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Allow
              from:
              - serviceAccount: web
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Addresses
            metadata: {name: rehearsal}
            spec:
              workloads:
              - {namespace: shop, name: api, addresses: ["127.0.0.1"], ready: true}
              - {namespace: shop, name: web, addresses: ["127.0.0.2"], ready: true}
            """;

    /** Creates the caches, then runs with them; throws if either fails. */
    void makeCaches() throws IOException, InterruptedException {
        run("-XX:AOTCacheOutput=");
        run("-XX:AOTMode=on", "-XX:AOTCache=");
    }

    /** @param cacheFlags flags of both JVMs; the path of the cache is appended to the last one */
    private void run(String... cacheFlags) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("weft-rehearsal");
        try {
            Path mesh = Files.writeString(directory.resolve("mesh.yaml"), MESH);
            Path state = writeState(directory, mesh).control();
            ControlState.initialise(state, TrustDomain.parse(TRUST_DOMAIN), Clock.systemUTC());
            InetSocketAddress address = freeAddress();
            List<String> control = java(SidecarJvm.control(directory), ClassCache.CONTROL, cacheFlags);
            control.addAll(List.of("dev.weft.control.ControlMain", "--registry", mesh.toString()));
            control.addAll(List.of("--state-dir", state.toString(), "--admin-address", "127.0.0.1:0"));
            control.addAll(List.of("--listen", HostPort.text(address)));
            List<String> sidecars = java(SidecarJvm.sidecar(directory), ClassCache.SIDECAR, cacheFlags);
            sidecars.add("dev.weft.proxy.RehearsalMain");
            sidecars.addAll(sidecar("web", state, address));
            sidecars.add("--and");
            sidecars.addAll(sidecar("api", state, address));
            List<String> command = new ArrayList<>(List.of("env", "WEFT_HOME=" + directory));
            command.addAll(java(COMMAND_FLAGS, ClassCache.COMMAND, cacheFlags));
            command.add("dev.weft.cli.TrainingMain");
            command.addAll(COMMANDS);
            play(control, sidecars, command, address);
        } finally {
            StateFiles.deleteTree(directory);
        }
    }

    /** Writes the state of a mesh for the command to find. This process appears as the mesh's process. */
    private static MeshState writeState(Path directory, Path mesh) throws IOException {
        MeshState state = new StateDirectories(directory, false).of(NAME);
        Files.createDirectories(state.control());
        ProcessRef self = ProcessRef.self();
        Instant now = Clock.systemUTC().instant();
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(NAME.value(), mesh.toString(), TRUST_DOMAIN, 0, false, now, self, Optional.of(self)));
        ProcessStatus process = new ProcessStatus(ProcessState.RUNNING, self.pid(), 0, now, "");
        WorkloadStatus workload = new WorkloadStatus(
                "shop",
                "web",
                true,
                "spiffe://" + TRUST_DOMAIN + "/ns/shop/sa/web",
                List.of("127.0.0.2"),
                true,
                "",
                process,
                Optional.of(process),
                Optional.empty());
        StateFiles.writeJson(
                state.ps(),
                new PsSnapshot(
                        now, PsSnapshot.Phase.UP, Optional.of(process), List.of(workload), List.of(), List.of()));
        return state;
    }

    private void play(List<String> control, List<String> sidecars, List<String> command, InetSocketAddress address)
            throws IOException, InterruptedException {
        Process controlPlane = start(control);
        try {
            awaitListening(controlPlane, address);
            awaitSuccess("sidecars", start(sidecars));
            if (withCommand) {
                awaitSuccess("command", start(command));
            }
            controlPlane.destroy();
            if (!controlPlane.waitFor(TIMEOUT)) {
                throw new IOException("the control plane's rehearsal does not end; see " + log);
            }
        } finally {
            controlPlane.destroyForcibly();
        }
    }

    private void awaitSuccess(String of, Process process) throws IOException, InterruptedException {
        try {
            if (!process.waitFor(TIMEOUT) || process.exitValue() != 0) {
                throw new IOException("the rehearsal of the " + of + " failed; see " + log);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitListening(Process controlPlane, InetSocketAddress address)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!listens(address)) {
            if (controlPlane.waitFor(POLL) || System.nanoTime() > deadline) {
                throw new IOException("the control plane's rehearsal does not start; see " + log);
            }
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> sidecar(String name, Path state, InetSocketAddress control) throws IOException {
        String token = new JoinTokens(state.resolve("tokens"), Clock.systemUTC())
                .create(SpiffeId.parse("spiffe://%s/ns/shop/sa/%s".formatted(TRUST_DOMAIN, name)), TOKEN_LIFETIME);
        Path file = Files.writeString(state.resolve(name + ".token"), token);
        List<String> flags = new ArrayList<>(List.of("--workload", "shop/" + name, "--service-account", name));
        flags.addAll(List.of("--control-plane", HostPort.text(control)));
        flags.addAll(List.of("--anchors-file", state.resolve("anchor.pem").toString()));
        flags.addAll(List.of("--token-file", file.toString(), "--admin-address", "127.0.0.1:0"));
        flags.addAll(
                List.of("--admin-socket", state.resolve(name + "-admin.sock").toString()));
        flags.addAll(
                List.of("--workload-api-socket", state.resolve(name + ".sock").toString()));
        flags.addAll(List.of("--outbound-port", "0", "--inbound-port", "0", "--tunnel-port", "0", "--mark", "0"));
        flags.addAll(List.of("--names-port", "0"));
        return flags;
    }

    private List<String> java(List<String> flags, ClassCache cache, String... cacheFlags) {
        List<String> command = new ArrayList<>();
        command.add(runtime.resolve("bin/java").toString());
        command.addAll(flags);
        command.addAll(List.of(cacheFlags));
        command.set(command.size() - 1, command.getLast() + distribution.resolve(cache.fileName()));
        ClassCache.libraries(classPath).ifPresent(folder -> command.addAll(SidecarJvm.with(folder)));
        command.addAll(List.of("-cp", cache.classPath(classPath)));
        return command;
    }

    private Process start(List<String> command) throws IOException {
        Process process = Programs.process(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        return process;
    }

    /**
     * Returns an address that is free. It is a loopback address that hardly any program uses: on 127.0.0.1 the port could
     * become the local port of any connection before it is bound, even of one that looks whether it listens.
     */
    static InetSocketAddress freeAddress() throws IOException {
        RandomGenerator random = RandomGenerator.getDefault();
        byte[] loopback = {LOOPBACK, (byte) random.nextInt(1, 255), (byte) random.nextInt(1, 255), 1};
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }
}
