package dev.weft.proxy;

import dev.weft.api.v1.FormerIssuerTunnels;
import dev.weft.api.v1.Report;
import dev.weft.api.v1.TappedRequests;
import dev.weft.api.v1.Traffic;
import dev.weft.daemon.admin.AdminPages;
import dev.weft.daemon.admin.AdminServer;
import dev.weft.daemon.schedule.ClockWatch;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.carry.Reconnects;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.control.MeshSubscription;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.IdentityListener;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.KeptSvid;
import dev.weft.proxy.identity.TlsContexts;
import dev.weft.proxy.identity.TokenFile;
import dev.weft.proxy.limit.AcceptFailures;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the parts of the sidecar's process and connects them. */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /** How often the directory looks for connections whose destination's answer is out of date. */
    private static final Duration DIRECTORY_PERIOD = Duration.ofSeconds(1);

    private final Workload workload;
    private final IdentityManager identity;
    private final MeshSubscription subscription;
    private final Optional<ApplicationAccess> applications;
    private final FormerIssuerReport formerIssuer;
    private final TrafficReport traffic;
    private final TapReport taps;
    private final AdminPages pages;
    private final AdminServer admin;
    private final EventLoop loop;
    private final ClockWatch clockWatch;
    private final AnchorsWatch anchorsWatch;
    private final Optional<KeptSvid> kept;
    private final Optional<X509Svid> held;
    private List<Future<?>> timers = List.of();

    private static @Nullable TokenFile token(ProxySettings settings) {
        return settings.workloadTokenFile()
                .map(file -> new TokenFile(file, TokenFile.Kind.WORKLOAD))
                .or(() -> settings.tokenFile().map(file -> new TokenFile(file, TokenFile.Kind.JOIN)))
                .orElse(null);
    }

    Wiring(
            ProxySettings settings,
            Clock clock,
            EventLoopGroup loops,
            OriginalDestination outbound,
            OriginalDestination inbound)
            throws IOException {
        kept = settings.stateDirectory().isEmpty()
                ? Optional.empty()
                : Optional.of(KeptSvid.open(settings.stateDirectory().get(), settings.tokenFile()));
        TrustBundles anchors = TrustBundles.of(TrustBundle.of(settings.trustDomain(), anchors(settings)));
        loop = loops.next();
        ControlClient client = new ControlClient(
                loop,
                new ControlTarget(
                        settings.controlPlane().getHostString(),
                        settings.controlPlane().getPort(),
                        settings.controlPlaneId(),
                        settings.mark()));
        LaterSubscription later = new LaterSubscription();
        Descriptors descriptors = Descriptors.ofProcess();
        workload = new Workload(settings, clock, loops, descriptors, later, outbound, inbound, Reconnects.SPREAD);
        RandomGenerator random = new SecureRandom();
        applications = settings.workloadApiSocket()
                .map(socket -> new ApplicationAccess(workload, client, loops, descriptors, socket, clock, random));
        TlsContexts contexts = new TlsContexts(anchors, clock);
        identity = new IdentityManager(
                settings.identity(), token(settings), client, contexts, clock, random, new CertificateFeed());
        held = kept.isEmpty() ? Optional.empty() : kept.get().load(settings.identity(), anchors, clock.instant());
        formerIssuer = new FormerIssuerReport(workload, loops, loop, later::reportChanged);
        traffic = new TrafficReport(workload.edges(), workload.registry(), loop, workload.startedAt(), later::tell);
        taps = new TapReport(workload.requestTap(), loop, later::tell);
        MeshFeed feed =
                new MeshFeed(workload, identity, clock, this::bundles, formerIssuer::direct, traffic::newStream);
        subscription = new MeshSubscription(
                client, settings.workload(), Version.text(), identity::clientContext, this::report, feed);
        workload.metrics()
                .registry()
                .gauge(
                        "weft_control_plane_connected",
                        "1 if the sidecar is connected to the control plane",
                        () -> subscription.connected() ? 1 : 0);
        WorkloadGauges.registerRenewal(workload.metrics().registry(), identity, contexts, clock);
        clockWatch = new ClockWatch(clock, System::nanoTime, this::clockJumped);
        anchorsWatch = new AnchorsWatch(
                settings.anchorsFile(),
                subscription::connected,
                fresh -> identity.anchors(settings.trustDomain(), fresh));
        pages = new StatusPages(workload, identity, subscription, feed, clock).pages();
        AdminServer.ConnectionRules rules = new AdminServer.ConnectionRules(
                channel -> descriptors.allow(Descriptors.Use.PAGES, channel, channel.eventLoop()),
                () -> new AcceptFailures(descriptors),
                workload.metrics()::limitHit);
        admin = new AdminServer(loops, rules, settings.adminAddress(), settings.adminSocket(), pages);
        descriptors.say(settings.maxSessions());
    }

    Workload workload() {
        return workload;
    }

    AdminServer admin() {
        return admin;
    }

    AdminPages pages() {
        return pages;
    }

    /** Belongs to the first event loop. */
    ClockWatch clockWatch() {
        return clockWatch;
    }

    void start() {
        workload.names().open();
        traffic.start();
        var _ = held.map(identity::resume).orElseGet(identity::start).thenRun(subscription::start);
        timers = List.of(
                Repetition.every(loop, ClockWatch.PERIOD, clockWatch::look),
                Repetition.every(loop, DIRECTORY_PERIOD, workload.directory()::look),
                Repetition.every(loop, AnchorsWatch.PERIOD, () -> Thread.startVirtualThread(anchorsWatch::look)));
    }

    private void clockJumped(Duration by) {
        LOG.warn("The clock jumped by {} s; certificates are checked again", by.toSeconds());
        workload.metrics().event("clock-jumped");
        identity.clockJumped();
        if (by.isPositive()) {
            workload.directory().slept(by);
            subscription.askAgain();
        }
        workload.registry().recheck("the clock jumped");
    }

    /**
     * Returns the report to the control plane: the state of the certificate, and the tunnels that depend on another
     * issuer's.
     */
    private @Nullable Report report() {
        Report held = identity.report();
        FormerIssuerTunnels counted = formerIssuer.counted();
        return held == null || counted == null
                ? held
                : held.toBuilder().setFormerIssuerTunnels(counted).build();
    }

    /**
     * Returns the trust anchors that were kept from the last run, or else those of the file: those in the file may be
     * out of use.
     */
    private List<X509Certificate> anchors(ProxySettings settings) throws IOException {
        Optional<List<X509Certificate>> before =
                kept.isEmpty() ? Optional.empty() : kept.get().anchors();
        return before.isPresent()
                ? before.get()
                : Pem.decodeCertificates(Files.readString(settings.anchorsFile(), StandardCharsets.US_ASCII));
    }

    private void bundles(TrustBundles fresh) {
        applications.ifPresent(ApplicationAccess::bundlesChanged);
        // Files are not written on the event loop.
        kept.ifPresent(keeper -> fresh.find(workload.settings().trustDomain())
                .ifPresent(own -> Thread.startVirtualThread(() -> keeper.keep(own.anchors()))));
    }

    @Override
    public void close() {
        timers.forEach(timer -> timer.cancel(false));
        loop.execute(formerIssuer::stop);
        loop.execute(taps::stop);
        traffic.stop();
        subscription.close();
        applications.ifPresent(ApplicationAccess::close);
        identity.close();
        workload.close();
        admin.close();
    }

    /** Passes each new certificate to the workload, keeps it for a restart, and reports it to the control plane. */
    private final class CertificateFeed implements IdentityListener {
        @Override
        public void onCredentials(Credentials fresh) {
            workload.credentials(fresh);
            applications.ifPresent(ApplicationAccess::credentialsChanged);
            kept.ifPresent(keeper -> Thread.startVirtualThread(() -> keeper.keep(fresh.svid())));
        }

        @Override
        public void onRenewed() {
            subscription.certificateChanged();
        }

        @Override
        public void onRenewalFailure() {
            subscription.reportChanged();
        }
    }

    /** Passes calls on to the subscription, which is created after all that call it, and before the start. */
    private final class LaterSubscription implements Subscriptions {
        private void reportChanged() {
            subscription.reportChanged();
        }

        private void tell(TappedRequests tapped) {
            subscription.tell(tapped);
        }

        private boolean tell(Traffic news) {
            return subscription.tell(news);
        }

        @Override
        public void subscribe(ResourceName name) {
            subscription.subscribe(name);
        }

        @Override
        public void unsubscribe(ResourceName name) {
            subscription.unsubscribe(name);
        }

        @Override
        public String awayBecause() {
            return subscription.awayBecause();
        }
    }
}
