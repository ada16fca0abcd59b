package dev.weft.control.certify;

import dev.weft.control.state.ControlState;
import dev.weft.control.state.IssuingMaterial;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.control.trust.OwnAuthorities;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer in use, together with the anchors in the bundle. The files of the state directory decide: each
 * {@link #reload} reads them again. A new issuer is first proven with a throw-away SVID, and waits until every
 * connected proxy trusts its anchor. An issuer that fails is reported, and the old one stays in use. Safe for use by
 * several threads; readers take no lock.
 */
public final class LiveIssuer {

    private static final Logger LOG = LoggerFactory.getLogger(LiveIssuer.class);

    private final ControlState state;
    private final TrustSource trust;
    private final Clock clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** The proxies that a new issuer waits for; null before there are any. */
    private volatile @Nullable TrustFollowers followers;

    private volatile @Nullable IssuingMaterial current;
    private volatile String problem = "";

    /**
     * Reads and proves the issuer.
     *
     * @throws StateException if the issuer cannot be used
     */
    public LiveIssuer(ControlState state, TrustSource trust, Clock clock) {
        this.state = state;
        this.trust = trust;
        this.clock = clock;
        reload();
        if (current == null) {
            throw new StateException(problem);
        }
    }

    /** Sets the proxies that a new issuer waits for from now on. */
    public void follow(TrustFollowers proxies) {
        followers = proxies;
    }

    /** Adds a listener for each change of the issuer in use; it runs on the thread that reloaded. */
    public void onNewIssuer(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Reads the files again, and takes a changed issuer or changed anchors into use if they work.
     *
     * @return whether issuer or anchors changed
     */
    public boolean reload() {
        // Where another control plane leads, it has already waited for the proxies.
        return reload(state.leadership().leads() ? followers : null);
    }

    /** Does the same as {@link #reload} without waiting for proxies: for callers that have waited themselves. */
    public boolean reloadAtOnce() {
        return reload(null);
    }

    /** @param waitsFor proxies that a new issuer waits for; null to wait for no proxy */
    private boolean reload(@Nullable TrustFollowers waitsFor) {
        IssuingMaterial before = current;
        boolean changed = readAgain(waitsFor);
        IssuingMaterial after = current;
        if (before != null && after != null && !sameIssuer(before, after)) {
            listeners.forEach(Runnable::run);
        }
        return changed;
    }

    private synchronized boolean readAgain(@Nullable TrustFollowers waitsFor) {
        try {
            IssuingMaterial read = state.read();
            IssuingMaterial old = current;
            if (old != null && old.fingerprint().equals(read.fingerprint())) {
                problem = "";
                return false;
            }
            OwnAuthorities wanted = authorities(read);
            IssuerProof.prove(read.issuer(), trust.candidate(wanted), clock.instant());
            if (old == null || sameIssuer(old, read) || waitsFor == null || !waitsFor.any()) {
                return take(read, wanted);
            }
            return follow(old, read, wanted, waitsFor);
        } catch (IOException | UncheckedIOException | StateException | IllegalArgumentException | IssuingException e) {
            report("the issuer in " + state.directory() + " cannot be used: " + e.getMessage());
            return false;
        }
    }

    /** Publishes the anchors first; takes the issuer only when all connected proxies have them. */
    private boolean follow(IssuingMaterial old, IssuingMaterial read, OwnAuthorities wanted, TrustFollowers waitsFor) {
        try {
            IssuerProof.prove(old.issuer(), trust.candidate(wanted), clock.instant());
        } catch (StateException e) {
            throw new StateException(
                    "anchor.pem lacks the anchor of the issuer in use, whose certificates the proxies hold: keep both "
                            + "anchors in it until all have certificates of the new issuer",
                    e);
        }
        boolean published = trust.changeOwn(own -> merged(own, wanted));
        String behind = waitsFor.behind();
        if (behind.isEmpty()) {
            take(read, wanted);
            return true;
        }
        report("the issuer in " + state.directory() + " waits until every proxy trusts its anchor: " + behind);
        return published;
    }

    private boolean take(IssuingMaterial read, OwnAuthorities wanted) {
        trust.changeOwn(own -> merged(own, wanted));
        boolean another = current == null || !sameIssuer(current, read);
        current = read;
        problem = "";
        if (another) {
            X509Certificate certificate = read.issuer().chain().getFirst();
            LOG.atInfo()
                    .addKeyValue("serialNumber", certificate.getSerialNumber().toString(16))
                    .addKeyValue("notAfter", read.issuer().notAfter())
                    .log("issuer in use");
        }
        return true;
    }

    /** Returns the issuer; empty if its chain has ended. */
    public Optional<Issuer> usable() {
        Issuer issuer = issuer();
        return clock.instant().isBefore(issuer.notAfter()) ? Optional.of(issuer) : Optional.empty();
    }

    /** Returns the issuer, even if its chain has ended. */
    public Issuer issuer() {
        return material().issuer();
    }

    /** Returns the anchors and issuers that are being retired. */
    public List<RetiredAuthority> retired() {
        return material().retired();
    }

    /** Returns the end of the issuer's chain. */
    public Instant notAfter() {
        return issuer().notAfter();
    }

    /** Returns why the present files are not in use; empty if they are. */
    public String problem() {
        return problem;
    }

    private IssuingMaterial material() {
        IssuingMaterial now = current;
        if (now == null) {
            throw new IllegalStateException("no issuer: the constructor has not ended");
        }
        return now;
    }

    private void report(String text) {
        if (!text.equals(problem)) {
            LOG.atError().addKeyValue("problem", text).log("issuer refused");
        }
        problem = text;
    }

    private static boolean sameIssuer(IssuingMaterial one, IssuingMaterial other) {
        return one.issuer().chain().equals(other.issuer().chain());
    }

    /** Returns this trust domain's authorities as the files define them. */
    private OwnAuthorities authorities(IssuingMaterial material) {
        List<X509Certificate> anchors = new ArrayList<>(material.anchors());
        // A tainted anchor stays in the bundle so that existing certificates stay valid; no new ones are accepted under
        // it.
        for (RetiredAuthority authority : material.retired()) {
            if (authority.kind() == Kind.ANCHOR
                    && authority.standing() == Standing.TAINTED
                    && !anchors.contains(authority.certificate())) {
                anchors.add(authority.certificate());
            }
        }
        return trust.own()
                .withAnchors(anchors)
                .without(keys(material, Standing.TAINTED), keys(material, Standing.REVOKED));
    }

    /** Applies the wanted anchors to the present authorities, whose other parts may have changed since. */
    private static OwnAuthorities merged(OwnAuthorities own, OwnAuthorities wanted) {
        return own.withAnchors(wanted.anchors()).without(wanted.tainted(), wanted.revoked());
    }

    private static Set<SpkiFingerprint> keys(IssuingMaterial material, Standing standing) {
        return material.retired().stream()
                .filter(authority -> authority.standing() == standing)
                .map(RetiredAuthority::key)
                .collect(Collectors.toSet());
    }
}
