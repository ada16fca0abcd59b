package dev.weft.files.yaml;

import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads the objects of one file strictly: anything unknown or invalid is an error with its line. */
public final class RegistryFiles {

    /** Largest file, in bytes. It is enough for twenty thousand objects, and keeps out files given by mistake. */
    public static final int MAX_BYTES = 8 << 20;

    /** Most documents in one file. */
    public static final int MAX_DOCUMENTS = 20_000;

    /**
     * Longest line, in characters: the YAML parser's time grows with the square of it. A trust bundle in one line fits.
     */
    static final int MAX_LINE = 1 << 20;

    /** Where a shell has the pipes of its process substitution. */
    private static final List<Path> PIPES_OF_SHELLS = List.of(Path.of("/dev"), Path.of("/proc/self/fd"));

    private RegistryFiles() {}

    /** Reads a file. */
    public static Parsed parse(Path file) {
        try {
            return parse(file, read(file));
        } catch (IOException e) {
            return unreadable(file, e);
        }
    }

    /**
     * Returns the text of a file. Throws if it is larger than {@link #MAX_BYTES}, or cannot be read.
     *
     * <p>Throws also for a pipe or a device, except those that a shell gives to a command: opening a pipe waits for its
     * writer.
     */
    public static String read(Path file) throws IOException {
        if (Files.exists(file)
                && !Files.isRegularFile(file)
                && PIPES_OF_SHELLS.stream().noneMatch(file::startsWith)) {
            throw new IOException("not a plain file (expected: a text file)");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("too large (expected: at most " + MAX_BYTES + " bytes)");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /** Returns the result for a file that cannot be read. */
    public static Parsed unreadable(Path file, IOException cause) {
        return wholeFile(
                file,
                cause instanceof NoSuchFileException ? "there is no such file" : "cannot be read: " + reason(cause));
    }

    /** Returns what a person reads about a failure; most messages of a file system are only the file's name. */
    private static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "no permission";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case CharacterCodingException _ -> "not text in UTF-8";
            default -> String.valueOf(cause.getMessage());
        };
    }

    /** Returns the result for a file that is refused as a whole. */
    public static Parsed wholeFile(Path file, String reason) {
        return new Parsed(file, Snapshot.EMPTY, Map.of(), List.of(new FileError(file, 0, reason)));
    }

    /**
     * Reads a text as the content of a file.
     *
     * @param file name of the file, for error messages
     */
    public static Parsed parse(Path file, String text) {
        return parse(file, text, DocumentCache.NONE);
    }

    /**
     * Reads a text as the content of a file.
     *
     * @param before documents of an earlier read of the file; documents that are unchanged are not parsed again
     */
    public static Parsed parse(Path file, String text, DocumentCache before) {
        return parse(file, text, before, ReferenceMode.OF_FILES);
    }

    /**
     * Reads an object that an API server has accepted, as JSON. It differs from a file only in routes: parents and
     * backends that are not Services of the namespace are no errors.
     *
     * @param place name of the place, for error messages
     */
    public static Parsed parseAccepted(Path place, String json) {
        return parse(place, json, DocumentCache.NONE, ReferenceMode.OF_AN_API_SERVER);
    }

    private static Parsed parse(Path file, String text, DocumentCache before, ReferenceMode references) {
        Problems problems = new Problems(file);
        DocumentCache documents = before.next();
        ObjectReader objects = new ObjectReader(problems, documents, references);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(MAX_BYTES)
                .setMaxAliasesForCollections(0)
                .build();
        int longLine = longLine(text);
        if (longLine > 0) {
            problems.add(longLine, "a line that is too long (expected: at most " + MAX_LINE + " characters)");
            return objects.done();
        }
        List<DocumentCache.Part> parts = DocumentCache.split(text);
        if (parts.size() > MAX_DOCUMENTS + 1) { // comments before the first marker are a part too
            problems.add(0, tooMany());
            return objects.done();
        }
        for (DocumentCache.Part part : parts) {
            problems.at(part.line());
            if (!documents.take(part.text(), objects) && !read(part, settings, problems, documents, objects)) {
                break;
            }
        }
        return objects.done();
    }

    /** Returns the number of the first line that is too long; 0 if there is none. */
    private static int longLine(String text) {
        int begin = 0;
        for (int line = 1; begin < text.length(); line++) {
            int end = text.indexOf('\n', begin);
            int next = end < 0 ? text.length() : end + 1;
            if (next - begin > MAX_LINE) {
                return line;
            }
            begin = next;
        }
        return 0;
    }

    private static String tooMany() {
        return "too many documents (expected: at most " + MAX_DOCUMENTS + ")";
    }

    /** @return whether the rest of the file can be parsed */
    private static boolean read(
            DocumentCache.Part part,
            LoadSettings settings,
            Problems problems,
            DocumentCache documents,
            ObjectReader objects) {
        int errors = problems.errors().size();
        documents.begin();
        try {
            int read = 0;
            for (Node document : new Compose(settings).composeAllFromString(part.text())) {
                if (++read > MAX_DOCUMENTS) {
                    problems.add(Problems.line(document), tooMany());
                    return false;
                }
                if (!Tag.NULL.equals(document.getTag())) {
                    objects.read(document);
                }
            }
            documents.end(part.text(), problems.errors().size() == errors && !problems.full());
            return true;
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    e.getProblemMark().map(Mark::getLine).map(line -> line + 1).orElse(0),
                    "not YAML: " + YamlFaults.plain(e.getProblem()));
        } catch (YamlEngineException e) {
            YamlFaults.find(part.text(), settings)
                    .ifPresentOrElse(
                            fault -> problems.add(fault.line(), fault.reason()),
                            () -> problems.add(0, "not YAML: " + e.getMessage()));
        } catch (StackOverflowError e) {
            problems.add(0, "not usable: nested too deeply");
        } catch (RuntimeException e) {
            // A defect of Weft: it must not keep the other files from being read.
            problems.add(0, "not usable: " + e);
        }
        return false;
    }
}
