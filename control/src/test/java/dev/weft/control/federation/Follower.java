package dev.weft.control.federation;

import dev.weft.control.lead.Leadership;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.files.state.FileStore;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.verify.Verification;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.BundleEndpoint.Profile;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control plane of a trust domain of its own that follows others, with a state directory. */
final class Follower implements AutoCloseable {

    private static final PollSchedule QUICK =
            new PollSchedule(Duration.ofMillis(20), Duration.ofHours(1), Duration.ofMillis(20));

    final TrustSource trust;
    final FederationClient client;
    final BundleStore store;
    final Metrics metrics = new Metrics();
    private final Map<TrustDomain, TrustDomainObject> objects = new HashMap<>();

    Follower(Path state) throws IOException {
        this(state, QUICK, HttpsFetcher.TIMEOUT);
    }

    Follower(Path state, PollSchedule pace, Duration timeout) throws IOException {
        Clock clock = Clock.systemUTC();
        FileStore files = new FileStore(state);
        trust = new TrustSource(TrustDomain.parse("west.example"), files);
        trust.changeOwn(own -> own.withAnchors(List.of(Domain.anchor().certificate())));
        store = new BundleStore(files, Leadership.ALONE);
        client = new FederationClient(
                trust,
                store,
                Leadership.ALONE,
                new HttpsFetcher(TrustDomain.parse("west.example"), trust, clock, timeout),
                pace,
                clock,
                () -> 0,
                new FederationMetrics(metrics, clock));
    }

    static Profile spiffe(SpiffeId id) {
        return new Profile.HttpsSpiffe(id);
    }

    static Profile web(TrustAnchor... ca) {
        return new Profile.HttpsWeb(
                List.of(ca).stream().map(TrustAnchor::certificate).toList());
    }

    /** Has the registry say this of the trust domain, and waits until what was kept of it is in force. */
    void declare(TrustDomain domain, URI url, Profile profile, TrustAnchor... anchors) {
        declare(domain, url, profile, TrustBundle.State.ACTIVE, anchors);
    }

    void declare(TrustDomain domain, URI url, Profile profile, TrustBundle.State state, TrustAnchor... anchors) {
        List<X509Certificate> certificates =
                List.of(anchors).stream().map(TrustAnchor::certificate).toList();
        objects.put(
                domain,
                new TrustDomainObject(
                        domain,
                        certificates,
                        List.of(),
                        state,
                        Optional.empty(),
                        Optional.of(new BundleEndpoint(url, profile)),
                        Optional.empty()));
        apply();
    }

    void remove(TrustDomain domain) {
        objects.remove(domain);
        apply();
    }

    private void apply() {
        trust.changeDeclared(new DeclaredTrust(objects, Map.of()));
        Map<TrustDomain, FollowSettings> wanted = new HashMap<>();
        objects.forEach((domain, object) -> wanted.put(
                domain, FollowSettings.of(object, object.bundleEndpoint().orElseThrow())));
        client.follow(wanted, true).join();
    }

    DomainStatus status(TrustDomain domain) {
        return client.status().stream()
                .filter(status -> status.trustDomain().equals(domain))
                .findFirst()
                .orElseThrow();
    }

    /** Whether a workload of the domain is believed, its chain ending at this anchor. */
    boolean believes(Domain domain, TrustAnchor under) {
        List<X509Certificate> chain = domain.chain(under, domain.id("web"), KeyPairs.generateP256());
        return trust.verifier().verify(chain, Clock.systemUTC().instant()) instanceof Verification.Verified;
    }

    /** The code and reason of the failure, once there is one. */
    String failure(TrustDomain domain) {
        Waiting.until(() -> status(domain).failure().isPresent());
        DomainStatus.Failure failure = status(domain).failure().orElseThrow();
        return failure.code() + " " + failure.reason();
    }

    void untilFetched(TrustDomain domain, long sequence) {
        Waiting.until(() -> status(domain).bundle().isPresent()
                && status(domain).bundle().get().sequence().orElse(-1) == sequence);
    }

    @Override
    public void close() {
        client.close();
    }
}
