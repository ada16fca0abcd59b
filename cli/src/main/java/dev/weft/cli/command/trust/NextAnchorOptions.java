package dev.weft.cli.command.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.control.state.ControlState;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.local.state.KeptAnchors;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The anchor that a mesh changes over to: given, created and kept, or created and discarded. */
final class NextAnchorOptions implements AnchorSource {

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "keep the new anchor here: anchor.pem, and anchor-key.pem under a passphrase")
    private @Nullable Path out;

    @Option(
            names = "--anchor",
            paramLabel = "FILE",
            description = "change over to this anchor, which 'weft trust init' made")
    private @Nullable Path anchorFile;

    @Option(names = "--anchor-key", paramLabel = "FILE", description = "its key; only this command reads it")
    private @Nullable Path keyFile;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    private @Nullable Session session;
    private @Nullable Mesh mesh;
    private @Nullable TrustAnchor anchor;

    /**
     * Sets the mesh.
     *
     * @throws CommandFailure if the options do not go together (WEFT-L100), or the certificate cannot be read
     *     (WEFT-T005)
     */
    NextAnchorOptions of(Session forSession, Mesh ofMesh) {
        if ((anchorFile == null && keyFile != null) || (out != null && anchorFile != null)) {
            throw notTogether();
        }
        session = forSession;
        mesh = ofMesh;
        return this;
    }

    @Override
    public Optional<String> named() {
        if (anchor != null) {
            return Optional.of(key(anchor));
        }
        return certificate()
                .map(AnchorFiles::certificate)
                .map(certificate ->
                        SpkiFingerprint.of(certificate.getPublicKey()).hex());
    }

    private Optional<Path> certificate() {
        if (anchorFile != null) {
            return Optional.of(anchorFile);
        }
        return Optional.ofNullable(out)
                .map(NewAnchorFiles::in)
                .filter(NewAnchorFiles::areThere)
                .map(NewAnchorFiles::certificate);
    }

    @Override
    public void check(ShowTrustResponse trust) {
        if (anchorFile != null && keyFile == null && trust.getIssuerDirectory().isEmpty()) {
            throw notTogether();
        }
    }

    @Override
    public X509Certificate certificate(ShowTrustResponse trust) throws IOException {
        if (trust.getIssuerDirectory().isEmpty()) {
            return anchor(trust).certificate();
        }
        if (anchorFile == null || keyFile != null) {
            throw CommandFailure.usage(
                    "the issuer of this mesh is signed elsewhere, and read from " + trust.getIssuerDirectory()
                            + " (expected: --anchor FILE, the certificate of the anchor that will be above it, and no"
                            + " key)",
                    "see docs/issuer-directory.md");
        }
        return AnchorFiles.certificate(anchorFile);
    }

    @Override
    public TrustAnchor anchor(ShowTrustResponse trust) throws IOException {
        if (anchor == null) {
            TrustAnchor found = found(trust);
            if (keptAt().isPresent()) {
                requireNonNull(mesh).keptAnchors().add(found.certificate());
            }
            anchor = found;
        }
        return anchor;
    }

    private TrustAnchor found(ShowTrustResponse trust) throws IOException {
        Session here = requireNonNull(session);
        if (anchorFile != null) {
            if (keyFile == null) {
                throw notTogether();
            }
            return AnchorFiles.load(here, anchorFile, keyFile, passphrase);
        }
        if (out != null) {
            NewAnchorFiles files = NewAnchorFiles.in(out);
            return files.areThere()
                    ? AnchorFiles.load(here, files.certificate(), files.key(), passphrase)
                    : files.keep(here, passphrase, this::made);
        }
        if (restsOnKeptAnchor(trust)) {
            throw CommandFailure.failed(
                    "WEFT-T008",
                    "mesh " + requireNonNull(mesh).ref() + " rests on an anchor whose key is kept, "
                            + "but the command does not say where to keep the key of the next one",
                    "keep it in a folder with --out DIR, or give an anchor that 'weft trust init' made: --anchor,"
                            + " --anchor-key");
        }
        return made();
    }

    private TrustAnchor made() {
        Session here = requireNonNull(session);
        Instant now = here.clock().instant();
        return TrustAnchors.create("Weft anchor " + SECOND.format(now), ControlState.ANCHOR_LIFETIME, here.clock());
    }

    @Override
    public boolean replaceable(ShowTrustResponse trust) throws IOException {
        return keptAt().isEmpty() && !restsOnKeptAnchor(trust);
    }

    private boolean restsOnKeptAnchor(ShowTrustResponse trust) throws IOException {
        KeptAnchors kept = requireNonNull(mesh).keptAnchors();
        for (AnchorInfo info : trust.getAnchorsList()) {
            boolean current = info.getState() == AuthorityState.AUTHORITY_STATE_CURRENT;
            if (current && kept.contains(info.getSpkiSha256())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the file of the key; empty if the key is discarded with this process. */
    Optional<Path> keptAt() {
        return keyFile != null
                ? Optional.of(keyFile)
                : Optional.ofNullable(out).map(NewAnchorFiles::in).map(NewAnchorFiles::key);
    }

    private static CommandFailure notTogether() {
        return CommandFailure.usage(
                "--anchor and --anchor-key must be given together, and without --out",
                "see 'weft trust rotate --help'");
    }

    private static String key(TrustAnchor anchor) {
        return SpkiFingerprint.of(anchor.certificate().getPublicKey()).hex();
    }
}
