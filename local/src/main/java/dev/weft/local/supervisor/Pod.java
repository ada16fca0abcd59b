package dev.weft.local.supervisor;

import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.mesh.model.ObjectName;
import dev.weft.proxy.capture.CaptureRules;
import dev.weft.proxy.capture.CaptureSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running workload: namespaces, capture, sidecar, application. Its own thread does all steps in order, so that the
 * application never runs without protection. The capture rules are in force before the sidecar starts, and the sidecar
 * is ready before the application starts. While the sidecar is down the rules stay, so no traffic leaves in plaintext.
 */
final class Pod {

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration IDLE_TICK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final MeshContext mesh;
    private final ObjectName name;
    private final List<String> addresses;
    private final WorkloadFiles files;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile PodSpec spec;
    private volatile String serviceRules;
    private volatile boolean closing;
    private volatile boolean appStopped;
    private volatile boolean ready;
    private volatile String reason = "starting";
    private volatile ProcessStatus pause = new ProcessStatus(ProcessState.WAITING, 0, 0, Instant.now(), "");
    private volatile @Nullable Sidecar sidecar;
    private volatile @Nullable Application application;

    Pod(MeshContext mesh, PodSpec spec, List<String> addresses, String serviceRules) {
        this.mesh = mesh;
        this.name = spec.name();
        this.spec = spec;
        this.addresses = List.copyOf(addresses);
        this.serviceRules = serviceRules;
        this.files = mesh.files(name);
        this.thread = Thread.ofPlatform().daemon().name("pod " + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    PodSpec spec() {
        return spec;
    }

    /** Whether the pod accepts connections. */
    boolean ready() {
        return ready;
    }

    /** Whether the pod is ready, or its application has completed. */
    boolean settled() {
        Application current = application;
        return ready || (current != null && current.done());
    }

    /** Applies a changed spec whose shell is the same ({@link PodSpec#hasShellOf}). */
    void update(PodSpec changed) {
        spec = changed;
        wake.release();
    }

    /** Sets the Service rules of an unmeshed pod. */
    void serviceRules(String script) {
        if (!script.equals(serviceRules)) {
            serviceRules = script;
            wake.release();
        }
    }

    WorkloadStatus status() {
        Sidecar currentSidecar = sidecar;
        Application currentApp = application;
        boolean hasApp = !spec.program().command().isEmpty();
        ProcessStatus waiting = new ProcessStatus(ProcessState.WAITING, 0, 0, pause.since(), "");
        return new WorkloadStatus(
                name.namespace(),
                name.name(),
                spec.meshed(),
                spec.meshed() ? spec.identity() : "",
                addresses,
                ready,
                reason,
                pause,
                spec.meshed()
                        ? Optional.of(currentSidecar == null ? waiting : currentSidecar.status())
                        : Optional.empty(),
                hasApp ? Optional.of(currentApp == null ? waiting : currentApp.status()) : Optional.empty());
    }

    /** Stops the application for good. The sidecar remains, to finish open connections. */
    void stopApplication() {
        appStopped = true;
        wake.release();
        Application current = application;
        if (current != null) {
            current.awaitStopped();
        }
    }

    /** Stops the whole pod; returns when nothing is left. */
    void close() {
        closing = true;
        wake.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                runOnce();
                if (!closing && wake.tryAcquire(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() throws InterruptedException {
        @Nullable PodNamespaces namespaces = null;
        try {
            Application.describe(mesh, spec, addresses);
            Sidecar.openApi(mesh, spec, addresses);
            namespaces = PodNamespaces.create(name, files, mesh.programs().view());
            pause = new ProcessStatus(ProcessState.RUNNING, namespaces.pid(), pause.restarts(), Instant.now(), "");
            mesh.link().attach(namespaces.pid(), addresses);
            follow(namespaces);
            if (!closing) {
                mesh.events()
                        .say(name + ": the process that holds its namespaces ended; the namespaces are created again");
            }
        } catch (IOException | RuntimeException e) { // nothing may end the thread: the pod would stay as it is for good
            mesh.events().say(name + ": " + e.getMessage());
            become(false, String.valueOf(e.getMessage()));
        } finally {
            tearDown(namespaces);
        }
    }

    private void follow(PodNamespaces namespaces) throws IOException, InterruptedException {
        String loadedRules = rules();
        namespaces.loadRules(loadedRules);
        if (spec.meshed()) {
            sidecar = Sidecar.start(mesh, spec, addresses, namespaces.pid(), wake::release);
        }
        while (!closing && namespaces.alive()) {
            if (!loadedRules.equals(rules())) {
                loadedRules = rules();
                namespaces.loadRules(loadedRules);
            }
            if (!appStopped && Files.deleteIfExists(files.restart())) {
                restart(namespaces);
            }
            String waitingFor = appStopped ? stopApp() : advance(namespaces);
            become(waitingFor.isEmpty(), waitingFor);
            if (wake.tryAcquire((ready ? IDLE_TICK : TICK).toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    private String rules() {
        PodSpec now = spec;
        return now.meshed()
                ? CaptureRules.install(CaptureSettings.standard()
                        .skipping(
                                now.workload().skipInboundPorts(),
                                now.workload().skipOutboundPorts())
                        .admitting(now.datagrams())
                        .answering(List.of(HostsFiles.NAME_SERVER)))
                : serviceRules;
    }

    /** Restarts sidecar and application in the usual order: an application never runs without its sidecar. */
    private void restart(PodNamespaces namespaces) throws InterruptedException {
        mesh.events().say(name + ": restarting, as requested");
        stopApp();
        application = null;
        become(false, "restarting");
        Sidecar current = sidecar;
        if (current != null) {
            current.stop();
            sidecar = Sidecar.start(mesh, spec, addresses, namespaces.pid(), wake::release);
        }
    }

    /** Makes one step towards readiness. Returns what is still missing; empty if the pod is ready. */
    private String advance(PodNamespaces namespaces) throws IOException, InterruptedException {
        String sidecarReason = sidecarReason();
        Application current = application;
        if (current == null) {
            if (!sidecarReason.isEmpty()) {
                return sidecarReason;
            }
            current = new Application(mesh, spec, addresses, namespaces.pid(), wake::release);
            current.start();
            application = current;
        }
        current.follow(spec);
        return sidecarReason.isEmpty() ? current.check() : sidecarReason;
    }

    private String sidecarReason() {
        Sidecar current = sidecar;
        return current == null ? "" : current.check();
    }

    void copyAnchors() throws IOException {
        Sidecar current = sidecar;
        if (current != null) {
            current.copyAnchors();
        }
    }

    private String stopApp() throws InterruptedException {
        Application current = application;
        if (current != null) {
            current.stop();
        }
        return "stopping";
    }

    private void tearDown(@Nullable PodNamespaces namespaces) throws InterruptedException {
        become(false, closing ? "stopping" : reason);
        stopApp();
        Sidecar currentSidecar = sidecar;
        if (currentSidecar != null) {
            currentSidecar.stop();
        }
        sidecar = null;
        application = null;
        if (namespaces != null) {
            try {
                namespaces.close();
            } catch (IOException e) {
                mesh.events().say(name + ": its namespaces cannot be inspected: " + e.getMessage());
            }
        }
        pause = new ProcessStatus(ProcessState.BACKOFF, 0, pause.restarts() + 1, Instant.now(), "");
    }

    private void become(boolean isReady, String why) {
        if (ready != isReady || !reason.equals(why)) {
            boolean turned = ready != isReady;
            ready = isReady;
            reason = why;
            if (turned) {
                mesh.events().say(name + (isReady ? ": ready" : ": not ready: " + why));
            }
        }
        mesh.changed().run();
    }
}
