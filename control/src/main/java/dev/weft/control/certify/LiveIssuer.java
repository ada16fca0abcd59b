package dev.weft.control.certify;

import dev.weft.control.state.ControlState;
import dev.weft.control.state.IssuingMaterial;
import dev.weft.control.state.StateException;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer in use. Its files are read again whenever {@link #reload} is called; a new issuer first signs a throw-away
 * SVID, which must verify under the anchors that came with it. One that fails is reported and the old one stays. Safe
 * for use by several threads; readers take no lock.
 */
public final class LiveIssuer {

    private static final Logger LOG = LoggerFactory.getLogger(LiveIssuer.class);
    private static final Duration TEST_LIFETIME = Duration.ofMinutes(1);

    private final ControlState state;
    private final TrustSource trust;
    private final Clock clock;
    private volatile @Nullable IssuingMaterial current;
    private volatile String problem = "";

    /**
     * Reads and tests the issuer.
     *
     * @throws StateException if it cannot be used
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

    /**
     * Reads the files again and takes what is new into use if it works.
     *
     * @return whether issuer or anchors changed
     */
    public synchronized boolean reload() {
        try {
            IssuingMaterial read = state.read();
            IssuingMaterial old = current;
            if (old != null && old.fingerprint().equals(read.fingerprint())) {
                problem = "";
                return false;
            }
            test(read);
            trust.changeOwn(own -> own.withAnchors(read.anchors()));
            current = read;
            problem = "";
            LOG.atInfo()
                    .addKeyValue(
                            "serialNumber", certificate(read).getSerialNumber().toString(16))
                    .addKeyValue("notAfter", end(read))
                    .log("issuer in use");
            return true;
        } catch (IOException | UncheckedIOException | StateException | IllegalArgumentException | IssuingException e) {
            report("the issuer in " + state.directory() + " cannot be used: " + e.getMessage());
            return false;
        }
    }

    /** The issuer, unless it has ended. */
    public Optional<Issuer> usable() {
        IssuingMaterial now = current;
        return now != null && clock.instant().isBefore(end(now)) ? Optional.of(now.issuer()) : Optional.empty();
    }

    /** The end of the issuer's chain. */
    public Instant notAfter() {
        IssuingMaterial now = current;
        return now == null ? Instant.EPOCH : end(now);
    }

    /** Why the files as they are now are not in use; empty when they are. */
    public String problem() {
        return problem;
    }

    private void test(IssuingMaterial material) {
        Instant now = clock.instant();
        SpiffeId id = new SpiffeId(state.trustDomain(), "/weft/issuer-self-test");
        List<X509Certificate> chain =
                material.issuer().issue(KeyPairs.generateP256().getPublic(), id, TEST_LIFETIME, now);
        switch (SvidVerifier.verify(chain, trust.candidate(trust.own().withAnchors(material.anchors())), now)) {
            case Verification.Verified _ -> {}
            case Verification.Rejected rejected ->
                throw new StateException("an SVID that it signed does not verify: " + rejected);
        }
    }

    private void report(String text) {
        if (!text.equals(problem)) {
            LOG.atError().addKeyValue("problem", text).log("issuer refused");
        }
        problem = text;
    }

    private static X509Certificate certificate(IssuingMaterial material) {
        return material.issuer().chain().getFirst();
    }

    private static Instant end(IssuingMaterial material) {
        return material.issuer().notAfter();
    }
}
