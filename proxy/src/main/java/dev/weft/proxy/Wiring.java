package dev.weft.proxy;

import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.proxy.control.MeshSubscription;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.IdentityListener;
import dev.weft.proxy.identity.IdentityManager;
import dev.weft.proxy.identity.IdentitySettings;
import dev.weft.proxy.identity.TlsContexts;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.observe.AdminServer;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parts of the process. Parts that need one another come together here. */
final class Wiring implements AutoCloseable {
    private final Workload workload;
    private final IdentityManager identity;
    private final MeshSubscription subscription;
    private final AdminServer admin;

    Wiring(
            ProxySettings settings,
            Clock clock,
            EventLoopGroup loops,
            OriginalDestination outbound,
            OriginalDestination inbound)
            throws IOException {
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
        workload = new Workload(settings, clock, loops, late, outbound, inbound);
        identity = new IdentityManager(
                new IdentitySettings(settings.identity(), settings.tokenFile().orElse(null)),
                client,
                new TlsContexts(anchors, clock),
                clock,
                new SecureRandom(),
                new CertificateFeed(workload, late));
        MeshFeed feed = new MeshFeed(workload, identity, clock);
        subscription = new MeshSubscription(
                client, settings.workload(), Version.text(), identity::clientContext, identity::report, feed);
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

    Workload workload() {
        return workload;
    }

    AdminServer admin() {
        return admin;
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

    /** Hands each new certificate to the workload, and has the control plane told. */
    private record CertificateFeed(Workload workload, Late late) implements IdentityListener {
        @Override
        public void onCredentials(Credentials fresh) {
            workload.credentials(fresh);
        }

        @Override
        public void onRenewed() {
            late.made().certificateChanged();
        }

        @Override
        public void onRenewalFailure() {
            late.made().renewalFailed();
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
