package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.files.state.FileStore;
import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The state directory of a control plane: {@code anchor.pem} (one certificate or several), {@code issuer.pem} (the
 * issuer's certificate, then those up to the anchor), {@code issuer-key.pem} (PKCS#8, mode 0600), {@code pending/} (keys
 * and requests of issuers that are not signed yet), {@code former/} (the issuer that a rotation can go back to), {@code rotation.json},
 * {@code retired.json} (anchors and issuers on their way out), {@code tokens/}, {@code machines/}. What is not PEM is a
 * {@link SealedFile}.
 */
public final class ControlState {

    /** Life of an anchor made by {@link #initialise}. */
    public static final Duration ANCHOR_LIFETIME = Duration.ofDays(3650);

    /** Life of an issuer made by {@link #initialise}. */
    public static final Duration ISSUER_LIFETIME = Duration.ofDays(365);

    private static final int MAX_FILE = 256 * 1024;
    private static final String ANCHORS = "anchor.pem";

    private final Path directory;
    private final TrustDomain trustDomain;
    private final Store store;
    private final KeptIssuer issuer;
    private final RetiredAuthorities retired;
    /** The anchors whose signatures were found good last. */
    private volatile String sound = "";

    private ControlState(Path directory, TrustDomain trustDomain) {
        this.directory = requireNonNull(directory, "directory");
        this.trustDomain = requireNonNull(trustDomain, "trustDomain");
        this.store = new FileStore(directory);
        this.issuer = new KeptIssuer(directory);
        this.retired = new RetiredAuthorities(directory);
    }

    /**
     * The state in the directory; when none of its files is there yet, first an anchor, whose key is then forgotten, and
     * an issuer under it.
     *
     * @throws StateException if some of the files are there and some are not, or others may write into the directory
     */
    public static ControlState initialise(Path directory, TrustDomain trustDomain, Clock clock) throws IOException {
        StateFiles.createDirectory(directory);
        StateFiles.checkDirectory(directory);
        SealedFile.checkPresent(directory);
        ControlState state = new ControlState(directory, trustDomain);
        state.issuer.recover();
        List<Path> files = List.of(state.anchorFile(), state.issuer.chainFile(), state.issuer.keyFile());
        List<Path> missing = files.stream().filter(Files::notExists).toList();
        if (missing.isEmpty()) {
            return state;
        }
        if (missing.size() < files.size()) {
            throw new StateException("state directory " + directory + " lacks " + missing
                    + ": put it back, or empty the directory to begin with a new trust anchor");
        }
        TrustAnchor anchor = TrustAnchors.create("Weft anchor of " + trustDomain, ANCHOR_LIFETIME, clock);
        state.write(
                List.of(anchor.certificate()),
                Issuer.createUnder(anchor, trustDomain, ISSUER_LIFETIME, clock.instant()));
        return state;
    }

    /**
     * The state in the directory, made of these anchors and this issuer under one of them.
     *
     * @throws StateException if there is state already; an {@code anchor.pem} that says the same does not count
     */
    public static ControlState begin(Path directory, List<X509Certificate> anchors, Issuer issuer) throws IOException {
        StateFiles.createDirectory(directory);
        StateFiles.checkDirectory(directory);
        ControlState state = new ControlState(directory, issuer.trustDomain());
        if (hasIssuer(directory) || !List.of(List.of(), anchors).contains(anchors(directory))) {
            throw new StateException("state directory " + directory + " has a trust anchor already (expected: none)");
        }
        state.write(anchors, issuer);
        return state;
    }

    /** Whether there is one, or what is left of one. */
    public static boolean hasIssuer(Path directory) {
        KeptIssuer issuer = new KeptIssuer(directory);
        return Files.exists(issuer.chainFile()) || Files.exists(issuer.keyFile()) || issuer.interrupted();
    }

    /**
     * The anchors of the directory; none when there is no {@code anchor.pem}.
     *
     * @throws StateException if it cannot be used, or others may write it
     */
    public static List<X509Certificate> anchors(Path directory) throws IOException {
        try {
            return Pem.decodeCertificates(StateFiles.readPublic(directory.resolve(ANCHORS), MAX_FILE));
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (InvalidEncodingException e) {
            throw new StateException(directory.resolve(ANCHORS) + ": " + e.getMessage(), e);
        }
    }

    private void write(List<X509Certificate> anchors, Issuer first) throws IOException {
        issuer.install(first);
        writeAnchors(anchors);
    }

    /**
     * The state in the directory, which must be complete.
     *
     * @throws StateException if a file is missing or cannot be used, or others may read what they must not
     */
    public static ControlState load(Path directory, TrustDomain trustDomain) throws IOException {
        StateFiles.checkDirectory(directory);
        ControlState state = new ControlState(directory, trustDomain);
        state.read();
        return state;
    }

    /**
     * Reads the files as they are now.
     *
     * @throws StateException if one is missing or cannot be used, or its mode is too open
     */
    public IssuingMaterial read() throws IOException {
        try {
            String anchors = StateFiles.readPublic(anchorFile(), MAX_FILE);
            checkSignatures(anchors);
            String chain = issuer.chain();
            String key = issuer.key();
            List<RetiredAuthority> former = retired.read();
            return new IssuingMaterial(
                    Pem.decodeCertificates(anchors),
                    Issuer.load(trustDomain, Pem.decodeCertificates(chain), IssuerKeys.decode(key)),
                    former,
                    SealedFile.sha256(String.join("\0", anchors, chain, key, summary(former))));
        } catch (NoSuchFileException e) {
            throw new StateException(
                    e.getMessage() + " is missing (expected in the state directory: anchor.pem, "
                            + "issuer.pem, issuer-key.pem)",
                    e);
        } catch (InvalidEncodingException e) {
            throw new StateException("state directory " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** The pieces of the state that are one value each. */
    public Store store() {
        return store;
    }

    /** Whose state it is. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /** The trust anchors, PEM; for all to read. */
    public Path anchorFile() {
        return directory.resolve(ANCHORS);
    }

    /** Where join tokens are. */
    public Path tokens() {
        return directory.resolve("tokens");
    }

    /** Where it is kept which certificate came of which; mode 0600. */
    public Path descents() {
        return directory.resolve("descents");
    }

    /** Where the accounts of the machines are that joined from outside. */
    public Path machines() {
        return directory.resolve("machines");
    }

    /** Keys and requests of issuers that are not signed yet. */
    public PendingIssuers pending() {
        return new PendingIssuers(directory.resolve("pending"), trustDomain);
    }

    /** The issuer that a rotation has taken out of use. */
    public FormerIssuer former() {
        return new FormerIssuer(directory.resolve("former"), trustDomain);
    }

    /** Has this issuer's files take the place of those of the present one, both or neither. */
    public void install(Issuer next) throws IOException {
        issuer.install(next);
    }

    /** Replaces the anchors. */
    public void writeAnchors(List<X509Certificate> anchors) throws IOException {
        StateFiles.write(anchorFile(), Pem.encodeCertificates(anchors), StateFiles.PUBLIC);
    }

    /** The anchors and issuers on their way out. */
    public List<RetiredAuthority> retired() throws IOException {
        return retired.read();
    }

    /** Replaces them. */
    public void writeRetired(List<RetiredAuthority> authorities) throws IOException {
        retired.write(authorities);
    }

    /** An anchor signs itself: one that does not any more was changed by a bit, perhaps where nothing else shows it. */
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
                            "WEFT-C093: " + anchorFile() + " is damaged (" + anchor.getSubjectX500Principal()
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
