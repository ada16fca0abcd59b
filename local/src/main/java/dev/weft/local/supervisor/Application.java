package dev.weft.local.supervisor;

import dev.weft.files.yaml.ProgramSpec;
import dev.weft.local.inspect.AppUser;
import dev.weft.local.inspect.NoSuchUserException;
import dev.weft.local.launch.MeshLimits;
import dev.weft.local.state.AppSettings;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.StateFiles;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Probe;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The application of a pod, with its probes. Used by the pod's thread, except for {@link #status} and {@link
 * #awaitStopped}.
 */
final class Application {

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration PORT_CHECK_PERIOD = Duration.ofSeconds(1);
    private static final int PORT_CHECK_FAILURES = 2;

    private final MeshContext mesh;
    private final ObjectName name;
    private final List<String> addresses;
    private final long pausePid;
    private final Runnable changed;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final WorkloadApiAccess access;
    private PodSpec spec;
    private volatile @Nullable SupervisedProcess process;
    private Optional<ProbeSchedule> readiness = Optional.empty();
    private Optional<ProbeSchedule> liveness = Optional.empty();
    private long probedPid;

    Application(MeshContext mesh, PodSpec spec, List<String> addresses, long pausePid, Runnable changed) {
        this.mesh = mesh;
        this.name = spec.name();
        this.spec = spec;
        this.addresses = addresses;
        this.pausePid = pausePid;
        this.changed = changed;
        this.access = new WorkloadApiAccess(mesh.files(name), spec.meshed());
    }

    /** Stores how the application of a pod runs, for other commands that must run in the same way. */
    static void describe(MeshContext mesh, PodSpec spec, List<String> addresses) throws IOException {
        WorkloadFiles files = mesh.files(spec.name());
        ProgramSpec app = asRun(spec, new WorkloadApiAccess(files, spec.meshed()));
        StateFiles.writeJson(
                files.application(),
                new AppSettings(app.user(), Programs.environment(app, known(mesh, app, addresses))));
    }

    /**
     * Returns the user of the application, if it exists. A missing user is reported when the application is started.
     */
    static Optional<AppUser> known(MeshContext mesh, ProgramSpec app, List<String> addresses) throws IOException {
        try {
            return mesh.programs().accounts().application(app.user(), addresses);
        } catch (NoSuchUserException _) {
            return Optional.empty();
        }
    }

    void start() {
        if (spec.program().command().isEmpty()) {
            return;
        }
        ProgramSpec app = asRun(spec, access);
        SupervisedProcess next = new SupervisedProcess(
                name.toString(),
                () -> {
                    Accounts accounts = mesh.programs().accounts();
                    Optional<AppUser> user = accounts.application(app.user(), addresses);
                    access.open(accounts.sidecar(addresses), user);
                    return mesh.programs().application(app, user, pausePid);
                },
                app.restart()::after,
                FIRST_BACKOFF,
                new RotatingLog(mesh.files(name).appLog()),
                mesh.events(),
                changed);
        next.start();
        process = next;
    }

    /** Returns the application with the environment variables that the mesh adds. */
    private static ProgramSpec asRun(PodSpec spec, WorkloadApiAccess access) {
        ProgramSpec app = spec.program();
        return app.in(access.addedTo(app.environment()));
    }

    /** Restarts the application if its program has changed. A change of probes needs no restart. */
    void follow(PodSpec wanted) throws IOException, InterruptedException {
        if (wanted.equals(spec)) {
            return;
        }
        boolean restart = !wanted.program().equals(spec.program());
        if (restart || !wanted.isProbedAs(spec)) {
            probedPid = 0;
        }
        spec = wanted;
        if (restart) {
            mesh.events().say(name + ": its command or environment changed; restarting it");
            describe(mesh, wanted, addresses);
            stopProcess();
            start();
        }
    }

    /** Runs the probes that are due. Returns why the application does not accept connections; empty if it does. */
    String check() throws InterruptedException {
        SupervisedProcess current = process;
        if (current == null) {
            return "";
        }
        ProcessStatus status = current.status();
        if (status.state() != ProcessState.RUNNING) {
            return switch (status.state()) {
                case WAITING, RUNNING -> "it starts";
                case BACKOFF -> "it ended with %s and is started again".formatted(status.lastExit());
                case ENDED -> "it ended with " + status.lastExit();
            };
        }
        if (status.pid() != probedPid) {
            schedule(status.pid());
        }
        long now = System.nanoTime();
        if (liveness.isPresent() && spec.liveness().isPresent()) {
            liveness.get().tick(now, () -> attempt(spec.liveness().get()));
            if (liveness.get().failed()) {
                current.kill("its liveness probe failed: " + liveness.get().reason());
                probedPid = 0;
            }
        }
        if (readiness.isEmpty()) {
            return "";
        }
        readiness.get().tick(now, this::attemptReadiness);
        return readiness.get().passing() ? "" : readiness.get().reason();
    }

    boolean done() {
        ProcessStatus status = status();
        return status.state() == ProcessState.ENDED && status.lastExit().equals(SupervisedProcess.describe(0));
    }

    ProcessStatus status() {
        SupervisedProcess current = process;
        return current == null ? new ProcessStatus(ProcessState.WAITING, 0, 0, Instant.EPOCH, "") : current.status();
    }

    void stop() throws InterruptedException {
        stopProcess();
        stopped.countDown();
    }

    void awaitStopped() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopProcess() throws InterruptedException {
        SupervisedProcess current = process;
        if (current != null) {
            current.stop(MeshLimits.APPLICATION_GRACE);
        }
    }

    /** Begins the probes of a new process. Without a readiness probe, something must listen on the declared ports. */
    private void schedule(long pid) {
        probedPid = pid;
        long now = System.nanoTime();
        readiness = spec.readiness().map(probe -> schedule(probe, true, now));
        if (readiness.isEmpty() && !spec.workload().ports().isEmpty()) {
            readiness =
                    Optional.of(new ProbeSchedule(PORT_CHECK_PERIOD, Duration.ZERO, PORT_CHECK_FAILURES, true, now));
        }
        liveness = spec.liveness().map(probe -> schedule(probe, false, now));
    }

    private static ProbeSchedule schedule(Probe probe, boolean eager, long now) {
        return new ProbeSchedule(probe.period(), probe.initialDelay(), probe.failureThreshold(), eager, now);
    }

    private void attemptReadiness() throws IOException, InterruptedException {
        if (spec.readiness().isPresent()) {
            attempt(spec.readiness().get());
        } else {
            ProbeRunner.listening(pausePid, spec.workload().ports());
        }
    }

    private void attempt(Probe probe) throws IOException, InterruptedException {
        String address = addresses.getFirst();
        switch (probe.action()) {
            case Probe.HttpGet get -> ProbeRunner.httpGet(address, get.port(), get.path(), probe.timeout());
            case Probe.TcpSocket tcp -> ProbeRunner.tcpSocket(address, tcp.port(), probe.timeout());
            case Probe.Grpc grpc ->
                throw new IllegalStateException("gRPC probe of port " + grpc.port() + " (expected: none in files)");
            case Probe.Exec exec -> {
                Optional<AppUser> user =
                        mesh.programs().accounts().application(spec.program().user(), addresses);
                ProbeRunner.exec(
                        mesh.programs().beside(asRun(spec, access), user, exec.command(), pausePid), probe.timeout());
            }
        }
    }
}
