package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.CheckedFiles;
import dev.weft.files.state.FileStore;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The state of a control plane. In a directory that lasts: {@code anchor.pem} (one certificate or several),
 * {@code issuer.pem} (the issuer's certificate, then those up to the anchor), {@code issuer-key.pem} (PKCS#8, mode
 * 0600), {@code pending/} (keys and requests of issuers that are not signed yet), {@code former-issuer.json} (the
 * issuer that a rotation can return to), {@code rotation.json}, {@code retired.json} (anchors and issuers being
 * retired), {@code tokens/}, {@code machines/}. Files other than PEM are {@link SealedFile}s. Where a
 * {@link StateLocation} has shared state, all of these are entries of its stores.
 */
public final class ControlState {

    /** Lifetime of an anchor made by {@link #initialise}. */
    public static final Duration ANCHOR_LIFETIME = Duration.ofDays(3650);

    /** Lifetime of an issuer made by {@link #initialise}. */
    public static final Duration ISSUER_LIFETIME = Duration.ofDays(365);

    private final StateLocation place;
    private final TrustDomain trustDomain;
    private final Clock clock;
    private final Store store;
    private final Store shared;
    private final AuthorityStorage authority;
    private final TypedEntry<List<RetiredAuthority>> retired;
    /** The anchors whose signatures were last found valid. */
    private volatile String sound = "";

    private ControlState(StateLocation place, TrustDomain trustDomain, Clock clock) {
        this.place = requireNonNull(place, "place");
        this.trustDomain = requireNonNull(trustDomain, "trustDomain");
        this.clock = requireNonNull(clock, "clock");
        FileStore files = new FileStore(place.directory());
        this.store = place.shared().map(SharedState::leading).orElse(files);
        this.shared = place.shared().map(SharedState::common).orElse(files);
        this.authority = place.authority();
        this.retired = RetiredAuthorities.entry(store);
    }

    /** {@link #initialise(StatePlace, TrustDomain, Clock)} in a directory that lasts. */
    public static ControlState initialise(Path directory, TrustDomain trustDomain, Clock clock) throws IOException {
        return initialise(StateLocation.of(directory), trustDomain, clock);
    }

    /**
     * Opens the state. If there is neither anchor nor issuer yet, creates an anchor, whose key is then discarded, and
     * an issuer under it.
     *
     * @throws StateException if only a part of the state exists, or others may write to the directory
     */
    public static ControlState initialise(StateLocation place, TrustDomain trustDomain, Clock clock)
            throws IOException {
        PrivateFiles.createDirectory(place.directory());
        CheckedFiles.checkDirectory(place.directory());
        SealedFile.checkPresent(place.directory());
        ControlState state = new ControlState(place, trustDomain, clock);
        state.authority.recover();
        AuthorityStorage.Pieces pieces = state.authority.pieces();
        if (pieces.complete()) {
            return state;
        }
        if (!pieces.none()) {
            throw new StateException("the control plane's state lacks " + pieces.missing()
                    + ": put it back, or delete all of " + pieces.all() + " to begin with a new trust anchor");
        }
        TrustAnchor anchor = TrustAnchors.create("Weft anchor of " + trustDomain, ANCHOR_LIFETIME, clock);
        state.write(
                List.of(anchor.certificate()),
                Issuer.createUnder(anchor, trustDomain, ISSUER_LIFETIME, clock.instant()));
        return state;
    }

    /**
     * Creates state in a directory that lasts, from these anchors and this issuer under one of them.
     *
     * @throws StateException if there is state already, other than the same anchors
     */
    public static ControlState begin(Path directory, List<X509Certificate> anchors, Issuer issuer, Clock clock)
            throws IOException {
        return begin(StateLocation.of(directory), anchors, issuer, clock);
    }

    /**
     * Creates state from these anchors and this issuer under one of them.
     *
     * @throws StateException if there is state already, other than the same anchors
     */
    public static ControlState begin(StateLocation place, List<X509Certificate> anchors, Issuer issuer, Clock clock)
            throws IOException {
        PrivateFiles.createDirectory(place.directory());
        CheckedFiles.checkDirectory(place.directory());
        ControlState state = new ControlState(place, issuer.trustDomain(), clock);
        if (hasIssuer(place) || !List.of(List.of(), anchors).contains(anchors(place))) {
            throw new StateException(
                    "state directory " + place.directory() + " has a trust anchor already (expected: none)");
        }
        state.write(anchors, issuer);
        return state;
    }

    /** Whether there is an issuer, or a part of one. */
    public static boolean hasIssuer(StateLocation place) throws IOException {
        return place.authority().hasIssuer();
    }

    /**
     * Returns the stored anchors; none if there are none.
     *
     * @throws StateException if they cannot be used, or others may write them
     */
    public static List<X509Certificate> anchors(StateLocation place) throws IOException {
        AuthorityStorage authority = place.authority();
        try {
            return authority.anchors().map(Pem::decodeCertificates).orElse(List.of());
        } catch (InvalidEncodingException e) {
            throw new StateException(authority.whereAnchorsAre() + ": " + e.getMessage(), e);
        }
    }

    private void write(List<X509Certificate> anchors, Issuer first) throws IOException {
        // If this ends halfway, it can be repeated: anchors alone do not count as state.
        authority.writeAnchors(anchors);
        authority.install(first);
    }

    /**
     * Reads anchors and issuers as they are now.
     *
     * @throws StateException if a part is missing or unusable, or others may read a secret one
     */
    public IssuingMaterial read() throws IOException {
        try {
            String anchors =
                    authority.anchors().orElseThrow(() -> new NoSuchFileException(authority.whereAnchorsAre()));
            checkSignatures(anchors);
            IssuerText issuer = authority.issuer();
            List<RetiredAuthority> former = retired();
            return new IssuingMaterial(
                    Pem.decodeCertificates(anchors),
                    issuer.issuer(trustDomain),
                    former,
                    Sha256.hex(String.join("\0", anchors, issuer.chain(), issuer.key(), summary(former))));
        } catch (NoSuchFileException e) {
            throw new StateException(
                    e.getMessage() + " is missing (expected in the state: the anchors, the issuer and its key)", e);
        } catch (InvalidEncodingException e) {
            throw new StateException("state in " + authority.whereAnchorsAre() + ": " + e.getMessage(), e);
        }
    }

    /** Returns the state directory. */
    public Path directory() {
        return place.directory();
    }

    /** Returns the store that only the leader writes; each entry is one value. */
    public Store store() {
        return store;
    }

    /** Returns the store that every control plane of the trust domain writes, the leader or not. */
    public Store shared() {
        return shared;
    }

    /** Whether the state outlasts the directory, and may be shared with others. */
    public boolean isShared() {
        return place.shared().isPresent();
    }

    /** Returns the leadership among the control planes that share the state. */
    public Leadership leadership() {
        return place.leadership();
    }

    /** Returns the trust domain that the state belongs to. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /** Returns the file of the trust anchors, PEM, where the directory lasts; it is readable for all. */
    public Path anchorFile() {
        return new AuthorityFiles(place.directory()).anchorFile();
    }

    /** Returns the directory of the join tokens. */
    public Path tokens() {
        return place.directory().resolve("tokens");
    }

    /** Returns the file that records which certificate was requested with which; mode 0600. */
    public Path descents() {
        return place.directory().resolve("descents");
    }

    /** Returns the directory with the accounts of the machines that joined from outside. */
    public Path machines() {
        return place.directory().resolve("machines");
    }

    /** Returns the keys and requests of issuers that are not signed yet. */
    public PendingIssuers pending() {
        return new PendingIssuers(store, trustDomain, clock);
    }

    /** Returns the issuer that a rotation has taken out of use. */
    public FormerIssuer former() {
        return new FormerIssuer(store, trustDomain);
    }

    /** Replaces the present issuer, whole or not at all. */
    public void install(Issuer next) throws IOException {
        authority.install(next);
    }

    /** Replaces the anchors. */
    public void writeAnchors(List<X509Certificate> anchors) throws IOException {
        authority.writeAnchors(anchors);
    }

    /** Returns the anchors and issuers that are being retired. */
    public List<RetiredAuthority> retired() throws IOException {
        return retired.read().orElse(List.of());
    }

    /** Replaces the anchors and issuers that are being retired. */
    public void writeRetired(List<RetiredAuthority> authorities) throws IOException {
        retired.write(authorities);
    }

    /** Checks that each anchor is signed by itself: a changed bit may show nowhere else. */
    private void checkSignatures(String anchors) {
        if (anchors.equals(sound)) {
            return;
        }
        for (X509Certificate anchor : Pem.decodeCertificates(anchors)) {
            if (anchor.getSubjectX500Principal().equals(anchor.getIssuerX500Principal())) {
                try {
                    anchor.verify(anchor.getPublicKey());
                } catch (GeneralSecurityException e) {
                    throw new StateException(
                            "WEFT-C093: " + authority.whereAnchorsAre() + " is damaged ("
                                    + anchor.getSubjectX500Principal()
                                    + " is not signed by its own key): put it back from a copy",
                            e);
                }
            }
        }
        sound = anchors;
    }

    private static String summary(List<RetiredAuthority> retired) {
        return retired.stream()
                .map(authority -> authority.key() + " " + authority.standing() + " " + authority.until())
                .collect(Collectors.joining("\n"));
    }
}
