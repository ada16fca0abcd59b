package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The two files of an anchor in one folder, as {@code weft trust init} writes them.
 *
 * @param certificate {@code anchor.pem}
 * @param key {@code anchor-key.pem}, encrypted with a passphrase
 */
record NewAnchorFiles(Path certificate, Path key) {

    static NewAnchorFiles in(Path directory) {
        return new NewAnchorFiles(
                directory.resolve("anchor.pem").normalize(),
                directory.resolve("anchor-key.pem").normalize());
    }

    boolean areThere() {
        return Files.exists(certificate) && Files.exists(key);
    }

    /**
     * Writes an anchor into the folder, which must have none.
     *
     * @param made creates the anchor; called when nothing prevents storing it
     * @throws CommandFailure if one of the files exists (WEFT-T004), there is no usable passphrase (WEFT-T001,
     *     WEFT-T002), or a file cannot be written (WEFT-T005)
     */
    TrustAnchor keep(Session session, PassphraseOption passphrase, Supplier<TrustAnchor> made) {
        refuseToReplace(certificate);
        refuseToReplace(key);
        char[] secret = passphrase.chosen(session, key);
        try {
            TrustAnchor anchor = made.get();
            PrivateFiles.createDirectory(directory());
            PrivateFiles.replace(key, Pem.encodePrivateKey(anchor.key(), secret), PrivateFiles.PRIVATE);
            PrivateFiles.replace(
                    certificate, Pem.encodeCertificates(List.of(anchor.certificate())), PrivateFiles.PUBLIC);
            return anchor;
        } catch (IOException e) {
            throw AnchorFiles.unreadable(directory(), e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private Path directory() {
        Path parent = certificate.getParent();
        return parent == null ? Path.of(".") : parent;
    }

    private static void refuseToReplace(Path file) {
        if (Files.exists(file)) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "WEFT-T004",
                    file + " exists already",
                    "the key of an anchor cannot be recovered, so no file is overwritten: name another folder with --out DIR");
        }
    }
}
