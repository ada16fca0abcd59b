package dev.weft.control.issuerdir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a mounted secret, all as of one moment. The kubelet writes each version into a new directory and swaps
 * the symbolic link {@code ..data}. So the files are read behind that link, and read again if it has changed meanwhile.
 *
 * @param exposed files that every user of the machine may read
 */
record SecretFiles(String certificate, String key, Optional<String> authority, List<Path> exposed) {

    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    static final String AUTHORITY = "ca.crt";

    private static final int MAX_FILE = 256 * 1024;
    private static final int ATTEMPTS = 5;

    private static final int WRITABLE_BY_OTHERS = 0002;
    private static final int READABLE_BY_OTHERS = 0004;
    private static final int STICKY = 01000;

    SecretFiles {
        exposed = List.copyOf(exposed);
    }

    static SecretFiles read(Path directory) throws BadIssuerException {
        for (int attempt = 1; ; attempt++) {
            Path version = version(directory);
            try {
                SecretFiles files = readVersion(directory, version);
                if (version(directory).equals(version)) {
                    return files;
                }
            } catch (BadIssuerException e) {
                if (attempt == ATTEMPTS || version(directory).equals(version)) {
                    throw e;
                }
            }
            if (attempt == ATTEMPTS) {
                throw unreadable(directory, "changes faster than it can be read; it is read again soon");
            }
        }
    }

    /** Returns the directory of the present version's files. */
    private static Path version(Path directory) throws BadIssuerException {
        try {
            Path data = directory.resolve("..data");
            return (Files.exists(data) ? data : directory).toRealPath();
        } catch (NoSuchFileException _) {
            throw unreadable(directory, "is not there (expected: a directory with tls.crt and tls.key)");
        } catch (IOException e) {
            throw unreadable(directory, "cannot be read: " + e.getMessage());
        }
    }

    private static SecretFiles readVersion(Path shown, Path version) throws BadIssuerException {
        List<Path> exposed = new ArrayList<>();
        if ((mode(shown, version) & (WRITABLE_BY_OTHERS | STICKY)) == WRITABLE_BY_OTHERS) {
            throw unreadable(shown, "may be written by every user (expected: at most 0755); run chmod o-w");
        }
        String certificate = text(shown.resolve(CERTIFICATE), version.resolve(CERTIFICATE), new ArrayList<>());
        String key = text(shown.resolve(KEY), version.resolve(KEY), exposed);
        Optional<String> authority = Files.exists(version.resolve(AUTHORITY))
                ? Optional.of(text(shown.resolve(AUTHORITY), version.resolve(AUTHORITY), new ArrayList<>()))
                : Optional.empty();
        return new SecretFiles(certificate, key, authority, exposed);
    }

    private static String text(Path shown, Path file, List<Path> exposed) throws BadIssuerException {
        if (!Files.exists(file)) {
            throw unreadable(shown, "is not there (expected: PEM)");
        }
        if (!Files.isRegularFile(file)) {
            throw unreadable(shown, "is no plain file");
        }
        int mode = mode(shown, file);
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw unreadable(shown, "may be written by every user (expected: at most 0644); run chmod o-w");
        }
        if ((mode & READABLE_BY_OTHERS) != 0) {
            exposed.add(shown);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw unreadable(shown, "is longer than " + MAX_FILE + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(shown, "cannot be read: " + e.getMessage());
        }
    }

    private static int mode(Path shown, Path file) throws BadIssuerException {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:mode");
            return attributes.get("mode") instanceof Integer mode ? mode : 0;
        } catch (IOException e) {
            throw unreadable(shown, "cannot be read: " + e.getMessage());
        }
    }

    private static BadIssuerException unreadable(Path file, String why) {
        return new BadIssuerException(BadIssuerException.UNREADABLE, file, why);
    }
}
