package dev.weft.local.supervisor;

import dev.weft.local.launch.MeshLimits;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.Network;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.Phase;
import dev.weft.local.state.StateFiles;
import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the mesh match its file, and keeps it so. One thread owns the set of pods and everything that is derived from
 * it. Each pod has its own thread, which notifies this one of changes.
 */
final class Supervisor implements AutoCloseable {

    private static final Duration PUBLISH_DELAY = Duration.ofMillis(20);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final Duration CONTROL_BACKOFF = Duration.ofMillis(250);

    private final SupervisorOptions options;
    private final MeshState state;
    private final MeshSource source;
    private final MeshContext mesh;
    private final AddressPlan plan;
    private final TaskThread thread;
    private final AtomicBoolean publishPending = new AtomicBoolean();

    // Owned by the thread.
    private final Map<ObjectName, Pod> pods = new TreeMap<>();
    private final HostsFiles hosts;
    private final LinkedMeshes linked;
    private FileTime anchorsPublished = FileTime.fromMillis(0);
    private String addresses = "";
    private MeshView view;
    private Phase phase = Phase.STARTING;
    private @Nullable SupervisedProcess control;
    private @Nullable PsSnapshot published;
    private List<String> saidErrors = List.of();

    Supervisor(SupervisorOptions options, MeshSource source, PodNetwork link, TokenKeeper tokens, Events events)
            throws IOException {
        this.options = options;
        this.state = options.state();
        this.source = source;
        this.plan = new AddressPlan(options.network(), link.ipv6());
        this.view = new MeshView(MeshModel.empty(), plan);
        this.thread = new TaskThread(events, REFRESH);
        this.hosts = new HostsFiles(state, options.trustDomain());
        this.linked = new LinkedMeshes(state, events);
        this.mesh = new MeshContext(
                state,
                new Programs(options),
                link,
                tokens,
                new StartOrder(Network.CONTROL_PORT),
                events,
                this::publishSoon);
    }

    void start() {
        source.onChange(() -> thread.submit("reload", Duration.ZERO, this::reconcile));
        thread.submit("start", Duration.ZERO, this::reconcile);
        thread.repeat("tokens", mesh.tokens()::refresh);
        thread.repeat("links", this::refreshLinks);
        thread.repeat("anchors", this::copyAnchors);
    }

    private void copyAnchors() throws IOException {
        FileTime published = Files.getLastModifiedTime(state.anchors());
        if (!published.equals(anchorsPublished)) {
            for (Pod pod : pods.values()) {
                pod.copyAnchors();
            }
            anchorsPublished = published;
        }
    }

    private void refreshLinks() throws IOException {
        if (linked.refresh()) {
            hosts.write(pods.keySet(), view, linked.names());
        }
    }

    /** Stops the applications, then the sidecars, then the control plane. */
    @Override
    public void close() {
        thread.closeWith("stop", this::stopAll);
        source.close();
    }

    private void reconcile() throws IOException {
        if (phase == Phase.STOPPING) {
            return;
        }
        MeshModel model = source.current();
        recordErrors(source.errors());
        closeAll(pods.entrySet().stream()
                .filter(pod -> !keeps(model, pod.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet()));
        view = new MeshView(model, plan);
        hosts.write(model.pods().keySet(), view, linked.names());
        publish();
        startControlPlane(model);
        String rules = view.serviceRules(readyPods());
        for (PodSpec spec : model.pods().values()) {
            Pod pod = pods.get(spec.name());
            if (pod == null) {
                Pod added = new Pod(mesh, spec, view.podAddresses(spec.name()), rules);
                pods.put(spec.name(), added);
                added.start();
            } else if (!pod.spec().equals(spec)) {
                pod.update(spec);
            }
        }
        publish();
    }

    private static boolean keeps(MeshModel model, Pod pod) {
        PodSpec wanted = model.pods().get(pod.spec().name());
        return wanted != null && wanted.hasShellOf(pod.spec());
    }

    private void closeAll(Set<ObjectName> names) throws IOException {
        inParallel(
                pods.entrySet().stream()
                        .filter(pod -> names.contains(pod.getKey()))
                        .map(Map.Entry::getValue)
                        .toList(),
                Pod::close);
        for (ObjectName name : names) {
            pods.remove(name);
            mesh.tokens().withdraw(name);
            hosts.forget(name);
            StateFiles.deleteTree(state.workload(name.namespace(), name.name()).directory());
            mesh.events().say(name + ": removed");
        }
    }

    private void startControlPlane(MeshModel model) {
        boolean needed = model.pods().values().stream().anyMatch(PodSpec::meshed);
        if (needed && control == null) {
            SupervisedProcess process = new SupervisedProcess(
                    "control plane",
                    mesh.programs()::controlPlane,
                    _ -> true,
                    CONTROL_BACKOFF,
                    new RotatingLog(state.controlLog()),
                    mesh.events(),
                    this::publishSoon);
            process.start();
            control = process;
        }
    }

    private void recordErrors(List<String> errors) {
        if (!errors.equals(saidErrors)) {
            errors.forEach(error -> mesh.events().say("not applied: " + error));
            saidErrors = List.copyOf(errors);
        }
    }

    private void publishSoon() {
        if (publishPending.compareAndSet(false, true)) {
            thread.submit("publish", PUBLISH_DELAY, this::publish);
        }
    }

    /** Publishes which workloads are ready: to the control plane, to unmeshed pods, and to people. */
    private void publish() throws IOException {
        publishPending.set(false);
        Set<ObjectName> ready = readyPods();
        String next = view.addressesObject(options.name(), ready);
        if (!next.equals(addresses)) {
            StateFiles.write(state.addresses(), next);
            addresses = next;
        }
        String rules = view.serviceRules(ready);
        pods.values().forEach(pod -> pod.serviceRules(rules));
        if (phase == Phase.STARTING
                && pods.keySet().equals(source.current().pods().keySet())
                && pods.values().stream().allMatch(Pod::settled)) {
            phase = Phase.UP;
        }
        PsSnapshot now = snapshot(Instant.EPOCH);
        if (!now.equals(published)) {
            StateFiles.writeJson(state.ps(), snapshot(Instant.now()));
            published = now;
        }
    }

    private PsSnapshot snapshot(Instant at) {
        return new PsSnapshot(
                at,
                phase,
                Optional.ofNullable(control).map(SupervisedProcess::status),
                pods.values().stream().map(Pod::status).toList(),
                view.serviceStatus(),
                source.errors());
    }

    private Set<ObjectName> readyPods() {
        return pods.entrySet().stream()
                .filter(pod -> pod.getValue().ready())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void stopAll() throws IOException, InterruptedException {
        phase = Phase.STOPPING;
        try {
            publish();
        } catch (IOException e) {
            // What runs must be stopped also if the disk is full.
            mesh.events().say("the phase could not be published: " + e.getMessage());
        }
        mesh.events().say("stopping");
        inParallel(pods.values(), Pod::stopApplication);
        inParallel(pods.values(), Pod::close);
        if (control != null) {
            control.stop(MeshLimits.SIDECAR_GRACE);
        }
    }

    private static void inParallel(Collection<Pod> pods, Consumer<Pod> action) {
        List<Thread> threads = new ArrayList<>();
        for (Pod pod : pods) {
            threads.add(Thread.startVirtualThread(() -> action.accept(pod)));
        }
        try {
            for (Thread each : threads) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
