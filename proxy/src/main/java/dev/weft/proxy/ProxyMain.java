package dev.weft.proxy;

import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.control.MeshSubscription;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.IdentitySettings;
import dev.weft.proxy.identity.TlsContexts;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.observe.AdminServer;
import dev.weft.proxy.observe.Logs;
import dev.weft.proxy.settings.InvalidSettingsException;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sidecar's process: one workload, wired by hand. */
public final class ProxyMain {
    private static final int USAGE_ERROR = 2;
    private static final long READY_POLL_MILLIS = 5;

    private ProxyMain() {}

    /** Runs until SIGTERM. Exit status: 0 after a drain, 1 when it cannot start, 2 for wrong flags. */
    public static void main(String[] arguments) {
        PrintStream err = System.err;
        if (List.of(arguments).contains("--help")) {
            System.out.print(ProxySettings.usage());
            return;
        }
        ProxySettings settings;
        try {
            settings = ProxySettings.parse(List.of(arguments), System.getenv());
        } catch (InvalidSettingsException e) {
            err.println("weft-proxy: " + e.getMessage());
            System.exit(USAGE_ERROR);
            return;
        }
        Logs.start(settings.logLevel());
        try {
            run(settings);
        } catch (IOException | RuntimeException e) {
            LoggerFactory.getLogger(ProxyMain.class).error("Cannot start: {}", e.toString());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(ProxySettings settings) throws IOException, InterruptedException {
        Logger log = LoggerFactory.getLogger(ProxyMain.class);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                settings.loops(), new DefaultThreadFactory("weft-loop"), EpollIoHandler.newFactory());
        Wiring wiring = new Wiring(settings, Clock.systemUTC(), loops);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(wiring, log, stopped), "weft-drain"));
        wiring.start();
        while (wiring.workload.ports() == null) {
            Thread.sleep(READY_POLL_MILLIS);
        }
        long sinceStart = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        log.atInfo()
                .addKeyValue("identity", wiring.workload.identity())
                .addKeyValue("startToReadyMs", sinceStart)
                .log("Ready");
        stopped.await();
    }

    private static void stop(Wiring wiring, Logger log, CountDownLatch stopped) {
        try {
            log.info("Draining");
            wiring.workload.drain();
            wiring.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
            Runtime.getRuntime().halt(0); // after SIGTERM the JVM would exit with 143
        }
    }

    /** The parts of the process. Parts that need one another come together here. */
    private static final class Wiring implements AutoCloseable {
        private final Workload workload;
        private final IdentityManager identity;
        private final MeshSubscription subscription;
        private final AdminServer admin;

        Wiring(ProxySettings settings, Clock clock, EventLoopGroup loops) throws IOException {
            TrustBundles anchors = TrustBundles.of(TrustBundle.of(
                    settings.trustDomain(),
                    Pem.decodeCertificates(Files.readString(settings.anchorsFile(), StandardCharsets.US_ASCII))));
            EventLoop loop = loops.next();
            ControlClient client = new ControlClient(
                    loop,
                    new ControlTarget(
                            settings.controlPlane().getHostString(),
                            settings.controlPlane().getPort(),
                            settings.controlPlaneId(),
                            settings.mark()));
            Late late = new Late();
            workload = new Workload(
                    settings, clock, loops, late, OriginalDestination.fromKernel(), OriginalDestination.fromKernel());
            identity = new IdentityManager(
                    new IdentitySettings(
                            settings.identity(), settings.tokenFile().orElse(null)),
                    client,
                    new TlsContexts(anchors, clock),
                    clock,
                    new SecureRandom(),
                    workload::credentials);
            MeshFeed feed = new MeshFeed(workload, identity, clock);
            subscription =
                    new MeshSubscription(client, settings.workload(), Version.text(), identity::clientContext, feed);
            late.subscription = subscription;
            workload.metrics()
                    .gauge("weft_control_plane_connected", "1 if connected", () -> subscription.connected() ? 1 : 0);
            workload.metrics()
                    .gauge(
                            "weft_certificate_renewals_failed",
                            "Attempts to get a certificate that failed",
                            identity::failuresTotal);
            admin = new AdminServer(
                    loops,
                    settings.adminAddress(),
                    settings.adminSocket(),
                    new StatusPages(workload, identity, subscription, feed).pages());
        }

        void start() {
            var _ = identity.start().thenRun(subscription::start);
        }

        @Override
        public void close() {
            subscription.close();
            identity.close();
            workload.close();
            admin.close();
        }
    }

    /** Passes on to the subscription, which is made after the directory that asks it. */
    private static final class Late implements Directory.Subscriptions {
        private volatile @Nullable MeshSubscription subscription;

        private MeshSubscription made() {
            return Objects.requireNonNull(subscription, "subscription");
        }

        @Override
        public void subscribe(String name) {
            var _ = made().destination(name.substring(name.indexOf('/') + 1));
        }

        @Override
        public void unsubscribe(String name) {
            made().unsubscribe(name.substring(name.indexOf('/') + 1));
        }
    }
}
