package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.screen.Screen;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.CheckedFiles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.WrongPassphraseException;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes the files of an anchor, and those of requests and certificates; each failure names the file. */
public final class AnchorFiles {

    private AnchorFiles() {}

    /**
     * Reads an anchor with its key.
     *
     * @param certificate file of one certificate, PEM
     * @param key file of its key, PKCS#8, encrypted with a passphrase; unencrypted only if no other user may read the
     *     file
     * @throws CommandFailure if a file is not what it should be (WEFT-T005), the passphrase is wrong (WEFT-T003), or
     *     the anchor cannot sign (WEFT-T007)
     */
    public static TrustAnchor load(Session session, Path certificate, Path key, PassphraseOption passphrase) {
        X509Certificate anchor = certificate(certificate);
        PrivateKey privateKey = key(session, key, passphrase);
        Instant end = anchor.getNotAfter().toInstant();
        if (!session.clock().instant().isBefore(end)) {
            throw unusable(certificate, "it ended at " + end);
        }
        try {
            return new TrustAnchor(anchor, privateKey);
        } catch (IllegalArgumentException e) {
            throw unusable(certificate, String.valueOf(e.getMessage()));
        }
    }

    /** Returns the only certificate of a file; fails as {@link #certificates}, and if there are several (WEFT-T005). */
    public static X509Certificate certificate(Path file) {
        List<X509Certificate> found = certificates(file);
        if (found.size() != 1) {
            throw invalid(file, found.size() + " certificates (expected: one, the anchor's)");
        }
        return found.getFirst();
    }

    /**
     * Returns the certificates of a file, in their order.
     *
     * @throws CommandFailure if there is none, or the file cannot be read (WEFT-T005)
     */
    public static List<X509Certificate> certificates(Path file) {
        try {
            return Pem.decodeCertificates(text(file));
        } catch (InvalidEncodingException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes an anchor's key, encrypted with a passphrase, into a new file.
     *
     * @throws CommandFailure if the file exists (WEFT-T004), there is no usable passphrase (WEFT-T001, WEFT-T002), or
     *     the file cannot be written (WEFT-T005)
     */
    public static void keepKey(Session session, Path file, PassphraseOption passphrase, PrivateKey key) {
        refuseToReplace(file);
        char[] secret = passphrase.chosen(session, file);
        try {
            writeNew(file, Pem.encodePrivateKey(key, secret), PrivateFiles.PRIVATE);
        } catch (IOException e) {
            throw unreadable(file, e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** @throws CommandFailure if the file exists (WEFT-T004) */
    static void refuseToReplace(Path file) {
        if (Files.exists(file)) {
            throw exists(file);
        }
    }

    /** Writes a new file; fails if it exists (WEFT-T004). Of two commands at once, one is refused. */
    static void writeNew(Path file, String text, Set<PosixFilePermission> mode) throws IOException {
        try {
            PrivateFiles.create(file);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        }
        try {
            PrivateFiles.replace(file, text, mode);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static CommandFailure exists(Path file) {
        return CommandFailure.failed(
                "WEFT-T004",
                file + " exists already",
                "the key of an anchor cannot be recovered, so no file is overwritten: name another file or folder");
    }

    /**
     * Returns the text of a file; {@code -} is standard input.
     *
     * @throws CommandFailure if it cannot be read, or is too long (WEFT-T005)
     */
    static String text(Path file) {
        try (InputStream in = file.toString().equals("-") ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Pem.MAX_TEXT + 1);
            if (bytes.length > Pem.MAX_TEXT) {
                throw invalid(file, "more than " + Pem.MAX_TEXT + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Writes a text to a file or to standard output. A link, a device or a pipe is written to; a file is replaced.
     *
     * @param file null for standard output
     * @throws CommandFailure if it cannot be written (WEFT-T005)
     */
    static void put(Screen screen, @Nullable Path file, String text) {
        if (file == null) {
            screen.print(text);
            return;
        }
        try {
            if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.writeString(file, text);
            } else {
                PrivateFiles.replace(file, text, PrivateFiles.PUBLIC);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static CommandFailure unreadable(Path file, IOException e) {
        String what = e instanceof NoSuchFileException ? "there is no file " + file : file + ": " + e.getMessage();
        return CommandFailure.failed("WEFT-T005", what, "see 'ls -l " + file + "'");
    }

    static CommandFailure invalid(Path file, String reason) {
        return CommandFailure.failed("WEFT-T005", file + ": " + reason, "see 'openssl asn1parse -in " + file + "'");
    }

    static CommandFailure unusable(Path file, String reason) {
        return CommandFailure.failed(
                "WEFT-T007",
                "the anchor in " + file + " cannot sign: " + reason,
                "'weft trust init' makes an anchor; docs/trust.md says how it is taken into use");
    }

    /**
     * Reads a private key.
     *
     * @param file PKCS#8, encrypted with a passphrase; unencrypted only if no other user may read the file
     * @throws CommandFailure if it is something else (WEFT-T005), or the passphrase is wrong (WEFT-T003)
     */
    static PrivateKey key(Session session, Path file, PassphraseOption passphrase) {
        return key(session, file, passphrase, Pem::decodePrivateKey);
    }

    /** Reads the private key of an issuer: as {@link #key}, also in the other forms that {@link IssuerKeys} reads. */
    public static PrivateKey issuerKey(Session session, Path file, PassphraseOption passphrase) {
        return key(session, file, passphrase, IssuerKeys::decode);
    }

    private static PrivateKey key(
            Session session, Path file, PassphraseOption passphrase, Function<String, PrivateKey> plain) {
        String text = text(file);
        try {
            if (!Pem.isEncryptedPrivateKey(text)) {
                return plain.apply(CheckedFiles.readPrivate(file, Pem.MAX_TEXT));
            }
            char[] secret = passphrase.existing(session, file);
            try {
                return Pem.decodePrivateKey(text, secret);
            } finally {
                Arrays.fill(secret, '\0');
            }
        } catch (WrongPassphraseException _) {
            throw CommandFailure.failed(
                    "WEFT-T003",
                    "the passphrase does not open " + file,
                    "try again; without it the key is lost, and the way out is a new anchor: docs/trust.md");
        } catch (InvalidEncodingException | StateException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
