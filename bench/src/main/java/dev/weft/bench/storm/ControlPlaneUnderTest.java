package dev.weft.bench.storm;

import dev.weft.bench.lab.Program;
import dev.weft.bench.proc.MachineCpu;
import dev.weft.bench.proc.Memory;
import dev.weft.bench.proc.ProcessStat;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.local.supervisor.ControlPlaneProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A control plane in its own process, with the heap of a real mesh. The workloads of its mesh exist only as objects.
 */
final class ControlPlaneUnderTest implements AutoCloseable {
    static final TrustDomain DOMAIN = TrustDomain.parse("storm.example");

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    /** Workloads that share one service account. */
    private static final int REPLICAS = 50;

    private static final Pattern SERVING = Pattern.compile("\"port\":\\s*\"?([0-9]+)");
    private static final double KIB_PER_MIB = 1024;

    private final Program program;
    private final int port;
    private final TrustBundles bundles;
    private final JoinTokens tokens;

    private ControlPlaneUnderTest(Program program, int port, TrustBundles bundles, JoinTokens tokens) {
        this.program = program;
        this.port = port;
        this.bundles = bundles;
        this.tokens = tokens;
    }

    static ControlPlaneUnderTest start(Path folder, int workloads) throws IOException {
        Path work = Files.createDirectories(folder.resolve("control"));
        Path log = work.resolve("log");
        Path registry = Files.writeString(work.resolve("mesh.yaml"), objects(workloads));
        ControlState state = ControlState.initialise(work.resolve("state"), DOMAIN, Clock.systemUTC());
        ProcessBuilder builder = ControlPlaneProcess.process(
                List.of(
                        "--registry",
                        registry.toString(),
                        "--state-dir",
                        work.resolve("state").toString(),
                        "--trust-domain",
                        DOMAIN.toString(),
                        "--listen",
                        "0.0.0.0:0",
                        "--admin-address",
                        "127.0.0.1:0",
                        "--audit-log",
                        work.resolve("audit.log").toString()),
                work);
        // A program appends to its log, and a line of a former start names a port where nobody serves.
        Files.deleteIfExists(log);
        Program program = Program.start(builder, log);
        try {
            return new ControlPlaneUnderTest(
                    program,
                    awaitPort(program, log),
                    bundles(state),
                    new JoinTokens(state.tokens(), Clock.systemUTC()));
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private static TrustBundles bundles(ControlState state) throws IOException {
        return TrustBundles.of(new TrustBundle(
                DOMAIN,
                Pem.decodeCertificates(Files.readString(state.anchorFile())),
                TrustBundle.State.ACTIVE,
                1,
                Revocations.NONE,
                List.of()));
    }

    private static int awaitPort(Program program, Path log) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (program.alive() && System.nanoTime() < deadline) {
            for (String line : Files.readAllLines(log)) {
                Matcher port = SERVING.matcher(line);
                if (line.contains("serving") && port.find()) {
                    return Integer.parseInt(port.group(1));
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IllegalStateException("the control plane does not serve: " + program.lastWords());
    }

    private static String objects(int workloads) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < workloads; i++) {
            text.append("""
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: storm}
                spec: {serviceAccount: %s, addresses: [10.%d.%d.%d]}
                """.formatted(name(i), account(i), 1 + i / 65_536, i / 256 % 256, i % 256));
        }
        return text.toString();
    }

    private static String name(int number) {
        return "w" + number;
    }

    private static String account(int number) {
        return "sa" + number / REPLICAS;
    }

    static String workload(int number) {
        return "storm/" + name(number);
    }

    static SpiffeId identity(int number) {
        return SpiffeId.ofServiceAccount(DOMAIN, "storm", account(number));
    }

    String token(int number) {
        return tokens.create(identity(number), TOKEN_LIFE);
    }

    int port() {
        return port;
    }

    TrustBundles bundles() {
        return bundles;
    }

    boolean alive() {
        return program.alive();
    }

    String lastWords() {
        return program.lastWords();
    }

    double cpuSeconds() throws IOException {
        return (double) ProcessStat.parse(proc("stat")).ticks() / MachineCpu.TICKS_PER_SECOND;
    }

    double residentMib() throws IOException {
        return status("VmRSS:");
    }

    double peakMib() throws IOException {
        return status("VmHWM:");
    }

    private double status(String key) throws IOException {
        return Memory.kib(proc("status"), key) / KIB_PER_MIB;
    }

    private String proc(String file) throws IOException {
        return Files.readString(Path.of("/proc", Integer.toString(program.pid()), file));
    }

    @Override
    public void close() {
        program.close();
    }
}
