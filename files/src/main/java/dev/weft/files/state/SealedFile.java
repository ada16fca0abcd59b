package dev.weft.files.state;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.keys.Sha256;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of the state directory that reveals damage. Its first line has the SHA-256 of the rest, so an empty, truncated
 * or changed file is detected. The line is a comment in YAML.
 *
 * <p>A {@link #required} file that was written once must exist until {@link #delete}: a marker file in {@value #MARKS}
 * records this. A file without the first line is from an earlier version. It is read if it has the expected form, and
 * written again with the line.
 */
public final class SealedFile {

    /** The folder of the marker files in the state directory. */
    public static final String MARKS = "present";

    private static final String HEAD = "# weft state, sha256 ";
    private static final int SHA256_DIGITS = 64;

    /** Length of the first line, in bytes. */
    public static final int HEAD_BYTES = HEAD.length() + SHA256_DIGITS + 1;

    /** A file that begins like this was sealed, even if its first line is damaged now. */
    private static final String TRACE = "# weft";

    /** Other parts of the first line that show a sealed file, in case its beginning is damaged. */
    private static final Pattern REMAINS = Pattern.compile("[^\n{]*(weft state|, sha256 ).*");

    private final Path stateDirectory;
    private final String name;
    private final int maxBytes;
    private final Set<PosixFilePermission> mode;
    private final boolean required;

    private SealedFile(Path stateDirectory, String name, int maxBytes, Set<PosixFilePermission> mode, boolean lasting) {
        this.stateDirectory = requireNonNull(stateDirectory, "stateDirectory");
        this.name = requireNonNull(name, "name");
        this.maxBytes = maxBytes;
        this.mode = Set.copyOf(mode);
        this.required = lasting;
    }

    /**
     * Returns a file that must exist from its first write until {@link #delete}.
     *
     * @param name path of the file in the directory
     * @param maxBytes largest file that is read
     * @param mode {@link PrivateFiles#PRIVATE} or {@link PrivateFiles#PUBLIC}
     */
    public static SealedFile required(Path stateDirectory, String name, int maxBytes, Set<PosixFilePermission> mode) {
        return new SealedFile(stateDirectory, name, maxBytes, mode, true);
    }

    /** Returns a file that may be deleted by hand: without it less is trusted, not more. */
    public static SealedFile optional(Path stateDirectory, String name, int maxBytes, Set<PosixFilePermission> mode) {
        return new SealedFile(stateDirectory, name, maxBytes, mode, false);
    }

    /** The path of the file. */
    public Path path() {
        return stateDirectory.resolve(name);
    }

    /**
     * Returns the parsed content of the file.
     *
     * @param parse parses the content, or throws
     * @throws NoSuchFileException if it was never written, or was deleted
     * @throws StateException if it is missing, damaged or not of the expected form, or others could have written or
     *     read it
     */
    public <T> T read(Function<String, T> parse) throws IOException {
        return read((content, _) -> parse.apply(content));
    }

    /** Does the same. The function also gets the SHA-256 of the content, in hexadecimal. */
    <T> T read(BiFunction<String, String, T> parse) throws IOException {
        String text;
        try {
            text = mode.equals(PrivateFiles.PRIVATE)
                    ? CheckedFiles.readPrivate(path(), maxBytes)
                    : CheckedFiles.readPublic(path(), maxBytes);
        } catch (NoSuchFileException e) {
            if (required && isMarked(stateDirectory, name)) {
                throw missing(path(), mark(stateDirectory, name));
            }
            throw e;
        }
        if (isSealed(text)) {
            String content = unseal(path(), text);
            return parsed(parse, content, text.substring(HEAD.length(), HEAD_BYTES - 1));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String sha256 = Sha256.hex(bytes);
        T parsed = parsed(parse, text, sha256);
        write(bytes, sha256);
        return parsed;
    }

    private <T> T parsed(BiFunction<String, String, T> parse, String content, String sha256) {
        if (content.isEmpty()) {
            throw damaged(path(), "it is empty");
        }
        try {
            return parse.apply(content, sha256);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new StateException(path() + " is damaged (" + e.getMessage() + "): put it back from a copy", e);
        }
    }

    /**
     * Replaces the file. After a power failure it has the old content or the new.
     *
     * @param content at least a line break
     */
    public void write(String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        write(bytes, Sha256.hex(bytes));
    }

    /** Does the same with a content that is encoded already, and its SHA-256. */
    void write(byte[] content, String sha256) throws IOException {
        byte[] head = head(sha256).getBytes(StandardCharsets.US_ASCII);
        PrivateFiles.replace(path(), mode, head, content);
        if (required) {
            markPresent(stateDirectory, name);
        }
    }

    /**
     * Deletes the file: from now on it may be absent.
     *
     * @return whether the file existed
     */
    public boolean delete() throws IOException {
        Files.deleteIfExists(mark(stateDirectory, name));
        return Files.deleteIfExists(path());
    }

    /** Records that the file must exist from now on. */
    public static void markPresent(Path stateDirectory, String name) throws IOException {
        Path mark = mark(stateDirectory, name);
        if (Files.exists(mark)) {
            return;
        }
        PrivateFiles.createDirectory(stateDirectory.resolve(MARKS));
        try {
            Files.createFile(mark);
        } catch (FileAlreadyExistsException _) {
            // Another process has created the marker file in between.
        }
        PrivateFiles.sync(stateDirectory.resolve(MARKS));
    }

    /** Whether the file must exist. */
    public static boolean isMarked(Path stateDirectory, String name) {
        return Files.exists(mark(stateDirectory, name));
    }

    /** Returns the marker file whose existence means that the file must exist. */
    public static Path mark(Path stateDirectory, String name) {
        return stateDirectory.resolve(MARKS).resolve(name.replace('/', '!'));
    }

    /**
     * Returns the names of the files that must exist and do not.
     *
     * @param stateDirectory directory of the files
     */
    public static List<String> missing(Path stateDirectory) throws IOException {
        Path marks = stateDirectory.resolve(MARKS);
        if (!Files.isDirectory(marks)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(marks)) {
            return files.map(mark -> String.valueOf(mark.getFileName()).replace('!', '/'))
                    .filter(name -> Files.notExists(stateDirectory.resolve(name)))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Checks that all files that must exist do.
     *
     * @throws StateException for the first file that is missing
     */
    public static void checkPresent(Path stateDirectory) throws IOException {
        for (String name : missing(stateDirectory)) {
            throw missing(stateDirectory.resolve(name), mark(stateDirectory, name));
        }
    }

    private static StateException missing(Path file, Path mark) {
        return new StateException(
                "WEFT-C093: " + file + " is missing: restore it from a copy; to continue without it and"
                        + " without its content, delete " + mark + " too");
    }

    /** Returns the content with its first line. */
    public static String seal(String content) {
        return head(Sha256.hex(content)) + content;
    }

    private static String head(String sha256) {
        return HEAD + sha256 + "\n";
    }

    /** Whether a text is sealed, or looks like a damaged sealed text. */
    static boolean isSealed(String text) {
        return text.startsWith(TRACE)
                || (!text.isEmpty() && TRACE.startsWith(text))
                || REMAINS.matcher(text.lines().findFirst().orElse("")).matches();
    }

    /**
     * Returns the content of a sealed text. A text that never was sealed is returned unchanged.
     *
     * @param file name of the file, for messages
     * @throws StateException if the text is damaged
     */
    public static String unseal(Path file, String text) {
        if (text.isEmpty()) {
            throw damaged(file, "it is empty");
        }
        if (!isSealed(text)) {
            return text;
        }
        String content = text.substring(Math.min(HEAD_BYTES, text.length()));
        if (!text.equals(seal(content))) {
            throw damaged(file, "it does not have the SHA-256 of its first line: it was cut off or changed");
        }
        return content;
    }

    private static StateException damaged(Path file, String how) {
        return new StateException("WEFT-C093: " + file + " is damaged (" + how
                + "): restore it from a copy, or delete it to continue without it");
    }
}
