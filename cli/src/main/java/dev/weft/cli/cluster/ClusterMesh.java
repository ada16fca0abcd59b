package dev.weft.cli.cluster;

import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.NotInForce;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.KeptAnchors;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The mesh of a cluster. Questions about all sidecars are answered by the control plane from their reports; a pod
 * itself is asked only if it is named. The connection lasts as long as this process.
 */
public final class ClusterMesh implements Mesh {

    /** The code of the failure if the control plane of a cluster does not answer. */
    public static final String UNREACHED = "WEFT-L303";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Matches kubectl's message that the user may not exec. */
    private static final Pattern FORBIDDEN = Pattern.compile("\\(Forbidden\\).*pods/exec", Pattern.DOTALL);

    /** Matches the container's message if the control plane does not serve operators yet. */
    private static final Pattern NO_SOCKET =
            Pattern.compile("operator\\.sock: (No such file or directory|Connection refused)");

    private final Kubectl kubectl;
    private final MeshState state;
    private final OperatorTunnel tunnel;
    private final Map<String, OperatorTunnel> sidecars = new ConcurrentHashMap<>();
    private final String viewer;

    /** The tunnel for viewers; set if the user may look but not exec. */
    private volatile @Nullable ViewTunnel view;

    private volatile ShowTrustResponse trust;

    private ClusterMesh(Kubectl kubectl, MeshState state, OperatorTunnel tunnel, String viewer) {
        this.kubectl = kubectl;
        this.state = state;
        this.tunnel = tunnel;
        this.viewer = viewer;
        this.trust = askAgain();
    }

    /**
     * Connects to the control plane of the cluster, as the usual viewer if necessary.
     *
     * @throws CommandFailure if there is none, or it cannot be reached (WEFT-L303)
     */
    public static ClusterMesh open(Kubectl kubectl) throws IOException {
        return open(kubectl, Kubectl.VIEWER);
    }

    /**
     * Connects to the control plane of the cluster, as this viewer if necessary.
     *
     * @param viewer the ServiceAccount with which the mesh is viewed if the user may not exec, {@code namespace/name}
     * @throws CommandFailure if there is no control plane, or it cannot be reached (WEFT-L303)
     */
    public static ClusterMesh open(Kubectl kubectl, String viewer) throws IOException {
        Path directory = Files.createTempDirectory("weft-cluster");
        MeshState state = new MeshState(directory);
        Files.createDirectory(state.control());
        OperatorTunnel tunnel = OperatorTunnel.open(
                state.control().resolve("operator.sock"), () -> kubectl.operator(Leader.pod(kubectl, Leader.PATIENCE)));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> leave(tunnel, directory)));
        return new ClusterMesh(kubectl, state, tunnel, viewer);
    }

    /** Asks the control plane. A tunnel whose pod or token has ended is opened again, once per question. */
    private ShowTrustResponse askAgain() {
        try {
            return ask(operator -> operator.trust(LIMIT));
        } catch (CommandFailure e) {
            ViewTunnel before = view;
            String words = tunnel.complaint();
            if (before != null || FORBIDDEN.matcher(words).find()) {
                look(before);
                return ask(operator -> operator.trust(LIMIT));
            }
            throw unreached(words.isEmpty() ? String.valueOf(e.getMessage()) : words);
        }
    }

    private CommandFailure unreached(String words) {
        String controlPlane = "the control plane of the cluster"
                + kubectl.context().map(name -> " " + name).orElse("");
        return NO_SOCKET.matcher(words).find()
                ? CommandFailure.failed(
                        UNREACHED,
                        controlPlane + " has not started yet: its pod runs but does not answer operators",
                        "if that lasts: kubectl -n weft-system logs deployment/weft-control")
                : CommandFailure.failed(
                        UNREACHED,
                        controlPlane + " cannot be reached: " + words,
                        "this needs kubectl, Weft installed there, and the permission to exec into the pods of"
                                + " namespace weft-system; to look at the mesh, the Role weft-viewer there is enough");
    }

    private synchronized void look(@Nullable ViewTunnel before) {
        if (view != before) {
            return; // another thread has opened it
        }
        if (before != null) {
            before.close();
        } else {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::lookAway));
        }
        view = ViewTunnel.open(kubectl, viewer);
    }

    private void lookAway() {
        ViewTunnel looking = view;
        if (looking != null) {
            looking.close();
        }
    }

    @Override
    public void refresh() {
        trust = askAgain();
    }

    /** Returns how kubectl is called for this cluster. */
    public Kubectl kubectl() {
        return kubectl;
    }

    @Override
    public MeshRef ref() {
        return MeshRef.cluster(kubectl.context());
    }

    @Override
    public String trustDomain() {
        return trust.getTrustDomain();
    }

    @Override
    public boolean alive() {
        return true;
    }

    @Override
    public Operator operator() {
        ViewTunnel before = view;
        if (before != null && !before.isAlive()) {
            look(before);
        }
        ViewTunnel looking = view;
        return looking == null
                ? Operator.of(ref(), state.control())
                : Operator.looking(ref(), looking.port(), looking.token());
    }

    @Override
    public List<Member> members() {
        return trust.getProxiesList().stream()
                .map(proxy -> new Member(proxy.getWorkload(), proxy.getIdentity(), true))
                .toList();
    }

    @Override
    public List<Answer<TimedStatus>> statuses(List<Member> members, Clock clock, Duration limit) {
        Instant now = clock.instant();
        Map<String, ProxyInfo> proxies = trust.getProxiesList().stream()
                .collect(Collectors.toMap(ProxyInfo::getWorkload, Function.identity(), (one, _) -> one));
        return members.stream()
                .flatMap(member -> Optional.ofNullable(proxies.get(member.workload())).stream()
                        .map(proxy -> new TimedStatus(ReportedStatus.of(proxy), now, Duration.ZERO))
                        .map(timed -> new Answer<>(member, Optional.of(timed), "")))
                .toList();
    }

    @Override
    public SidecarAdmin sidecar(Member member, Duration limit) {
        Path socket = state.control().resolve("sidecar-" + member.workload().replace('/', '.') + ".sock");
        OperatorTunnel pod = sidecars.computeIfAbsent(member.workload(), _ -> opened(member, socket));
        return new SidecarAdmin(member.workload(), socket, limit.plus(LIMIT), pod::complaint);
    }

    private OperatorTunnel opened(Member member, Path socket) {
        try {
            return OperatorTunnel.open(socket, () -> kubectl.sidecar(member.namespace(), member.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> registryErrors() {
        return trust.getRegistryErrorsList();
    }

    @Override
    public Optional<NotInForce> withoutControlPlane() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> objects() {
        return Optional.empty();
    }

    @Override
    public KeptAnchors keptAnchors() {
        return new KeptAnchors(state);
    }

    private static void leave(OperatorTunnel tunnel, Path directory) {
        try {
            tunnel.close();
            StateFiles.deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be deleted", e);
        }
    }
}
