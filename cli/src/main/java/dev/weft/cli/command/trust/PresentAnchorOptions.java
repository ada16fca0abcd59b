package dev.weft.cli.command.trust;

import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.trust.SpkiFingerprint;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The present anchor of a mesh, which stays: its key signs the next issuer. */
final class PresentAnchorOptions implements AnchorSource {

    @Option(names = "--anchor", paramLabel = "FILE", description = "certificate of the anchor that the mesh rests on")
    private @Nullable Path anchorFile;

    @Option(names = "--anchor-key", paramLabel = "FILE", description = "its key; only this command reads it")
    private @Nullable Path keyFile;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    private final Session session;
    private @Nullable TrustAnchor anchor;

    PresentAnchorOptions(Session session) {
        this.session = session;
    }

    @Override
    public Optional<String> named() {
        return Optional.empty();
    }

    @Override
    public TrustAnchor anchor(ShowTrustResponse trust) {
        if (anchor == null) {
            anchor = found(trust);
        }
        return anchor;
    }

    private TrustAnchor found(ShowTrustResponse trust) {
        if (anchorFile == null || keyFile == null) {
            throw CommandFailure.failed(
                    "WEFT-T009",
                    "the key of the anchor is needed to sign an issuer, and was not given",
                    "give --anchor FILE and --anchor-key FILE",
                    "a mesh that made its own anchor has not kept the key: 'weft trust rotate' replaces both");
        }
        TrustAnchor given = AnchorFiles.load(session, anchorFile, keyFile, passphrase);
        String key = SpkiFingerprint.of(given.certificate().getPublicKey()).hex();
        if (trust.getAnchorsList().stream()
                .noneMatch(info -> trusted(info) && info.getSpkiSha256().equals(key))) {
            throw AnchorFiles.unusable(anchorFile, "trust domain " + trust.getTrustDomain() + " does not rest on it");
        }
        return given;
    }

    static boolean trusted(AnchorInfo info) {
        return info.getState() == AuthorityState.AUTHORITY_STATE_CURRENT
                || info.getState() == AuthorityState.AUTHORITY_STATE_INCOMING;
    }

    @Override
    public boolean replaceable(ShowTrustResponse trust) {
        return true;
    }
}
