package dev.weft.proxy;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicyAction;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.api.v1.Source;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.identity.TestCredentials;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.loop.EpollLoops;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.testing.MovedClock;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two workloads, web and api, with real sockets and certificates; where a connection was meant to go is given. */
final class MeshFixture implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    /** A port at which nothing listens: it is never picked as a free one. */
    static final int CLOSED_PORT = 1;

    static final InetSocketAddress NOWHERE = new InetSocketAddress(LOOPBACK, CLOSED_PORT);
    /** Another address at which nothing listens. */
    static final InetSocketAddress NOWHERE_EITHER = new InetSocketAddress(LOOPBACK, 2);

    static final InetSocketAddress SERVICE = new InetSocketAddress(InetAddress.ofLiteral("10.96.0.1"), 80);
    static final Duration LIFETIME = Duration.ofHours(1);

    final EventLoopGroup loops = EpollLoops.of(1, new DefaultThreadFactory("weft-loop", true));
    final MovedClock clock = new MovedClock();
    final TestCredentials authority = new TestCredentials("cluster.local", clock);
    final TrustBundles bundles = TrustBundles.of(authority.bundle());
    final Path directory;
    /** Descriptors of each; the limit is in force once the workload looks again. */
    volatile int descriptorLimit = Integer.MAX_VALUE;

    final Descriptors descriptorsOfWeb = new Descriptors(() -> descriptorLimit);
    final Descriptors descriptorsOfApi = new Descriptors(() -> descriptorLimit);
    private final Map<String, Integer> maxSessions;
    private final List<String> flags;
    private final int maxHeldOfApi;
    final Workload web;
    final Workload api;
    final InetSocketAddress application;
    volatile @Nullable InetSocketAddress outboundDestination = SERVICE;
    volatile InetSocketAddress inboundDestination;

    /** With further flags for each workload. */
    MeshFixture(InetSocketAddress application, String... flags) throws IOException {
        this(application, 2_000, 2_000, flags);
    }

    /** With so many sessions at web and at api, at the most. */
    MeshFixture(InetSocketAddress application, int maxOfWeb, int maxOfApi, String... flags) throws IOException {
        this(application, maxOfWeb, maxOfApi, 64, flags);
    }

    /** And so many MiB that nobody takes at api. */
    MeshFixture(InetSocketAddress application, int maxOfWeb, int maxOfApi, int maxHeldOfApi, String... flags)
            throws IOException {
        this.maxHeldOfApi = maxHeldOfApi;
        this.application = application;
        this.inboundDestination = application;
        this.flags = List.of(flags);
        this.maxSessions = Map.of("web", maxOfWeb, "api", maxOfApi);
        this.directory = Files.createTempDirectory("weft-proxy-test");
        this.web = workload("web", 0);
        this.api = workload("api", 0);
        start(web, "web", LIFETIME);
        start(api, "api", LIFETIME);
        Waiting.until("listeners", () -> web.ports() != null && api.ports() != null);
        route(authority.id("api"));
    }

    Workload workload(String name, int tunnelPort) {
        List<String> given = new ArrayList<>(flags);
        otherwise(given, "--drain-grace=", "2s");
        // A machine that stops the test after it has connected makes no connection of requests one of bytes.
        otherwise(given, "--detect-declared=", "10s");
        ProxySettings settings = ProxySettings.parse(
                Stream.concat(
                                given.stream(),
                                Stream.of(
                                        "--workload=shop/" + name,
                                        "--service-account=" + name,
                                        "--control-plane=127.0.0.1:1",
                                        "--anchors-file=/dev/null",
                                        "--outbound-port=0",
                                        "--inbound-port=0",
                                        "--tunnel-port=" + tunnelPort,
                                        "--admin-address=127.0.0.1:" + (name.equals("web") ? 15_020 : 15_021),
                                        "--mark=0",
                                        "--max-sessions=" + maxSessions.getOrDefault(name, 2_000),
                                        "--max-held=" + (name.equals("api") ? maxHeldOfApi : 64),
                                        "--access-log=" + directory.resolve(name + ".log")))
                        .toList(),
                Map.of());
        return new Workload(
                settings,
                clock,
                loops,
                name.equals("api") ? descriptorsOfApi : descriptorsOfWeb,
                new Subscriptions() {
                    @Override
                    public void subscribe(ResourceName name) {}

                    @Override
                    public void unsubscribe(ResourceName name) {}
                },
                channel -> outboundDestination,
                channel -> inboundDestination,
                Duration.ZERO);
    }

    private static void otherwise(List<String> given, String flag, String value) {
        if (given.stream().noneMatch(each -> each.startsWith(flag))) {
            given.add(flag + value);
        }
    }

    void start(Workload workload, String name, Duration lifetime) {
        workload.bundles(bundles);
        workload.inbound(
                inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, null));
        workload.credentials(authority.issue(name, lifetime, bundles));
    }

    /** The event loop does this in one turn. */
    void onLoop(Runnable task) {
        loops.next().submit(task).syncUninterruptibly();
    }

    /** Waits until the loop has run what it had to do, and what that had scheduled for the same moment. */
    void awaitLoop() {
        onLoop(() -> {});
        loops.next().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    InboundConfig inbound(InboundMode mode, DefaultDecision decision, @Nullable String denied) {
        PolicySet.Builder policies = PolicySet.newBuilder().setDefaultDecision(decision);
        if (denied != null) {
            policies.addPolicies(AuthorizationPolicy.newBuilder()
                    .setNamespace("shop")
                    .setName("no-" + denied)
                    .setAction(PolicyAction.POLICY_ACTION_DENY)
                    .addFrom(
                            Source.newBuilder().setIdentity(authority.id(denied).toString())));
        }
        return inbound(inboundMessage(mode, policies).setPortScope(PortScope.PORT_SCOPE_ALL));
    }

    InboundConfig inbound(Inbound.Builder message) {
        return InboundConfig.fromProto("1", message.build(), TrustDomain.parse("cluster.local"));
    }

    /** Without a word on ports. */
    Inbound.Builder inboundMessage(InboundMode mode, PolicySet.Builder policies) {
        return Inbound.newBuilder()
                .setWorkload("shop/api")
                .addAddresses("127.0.0.1")
                .setMode(mode)
                .setPolicies(policies)
                .addProbes(ProbeExemption.newBuilder()
                        .setPort(application.getPort())
                        .setPath("/healthz"));
    }

    void route(@Nullable SpiffeId identity) {
        route(new Route.ToEndpoints(List.of(new Route.Endpoint(application, identity, tunnelPort(), 1))));
    }

    void route(Route route) {
        web.directory().update(SERVICE, route);
    }

    int tunnelPort() {
        return Objects.requireNonNull(api.ports()).tunnel();
    }

    /** A connection of web's application. */
    Socket connect() throws IOException {
        Socket socket = new Socket(LOOPBACK, Objects.requireNonNull(web.ports()).outbound());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** A connection to api without a tunnel. */
    Socket plaintext() throws IOException {
        Socket socket = new Socket(LOOPBACK, Objects.requireNonNull(api.ports()).inbound());
        socket.setSoTimeout(30_000);
        return socket;
    }

    String accessLog(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"));
    }

    @Override
    public void close() throws IOException {
        web.close();
        api.close();
        // Connections that are being closed free their TLS engines on the loops, which must live until then.
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
        authority.close();
    }
}
