package dev.weft.control.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** Reads the objects of one file, strictly: what is not known or not right is an error with its line. */
public final class RegistryFiles {

    /** A mesh of thousands of objects fits; a file by mistake does not. */
    public static final int MAX_BYTES = 4 << 20;

    /** Documents of one file. */
    public static final int MAX_DOCUMENTS = 10_000;

    private RegistryFiles() {}

    /** Reads a file. */
    public static Parsed parse(Path file) {
        try {
            return parse(file, read(file));
        } catch (IOException e) {
            return unreadable(file, e);
        }
    }

    /** The text of a file; throws if it is larger than {@link #MAX_BYTES}, or not to be read. */
    static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("too large (expected: at most " + MAX_BYTES + " bytes)");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    static Parsed unreadable(Path file, IOException cause) {
        return wholeFile(
                file, cause instanceof NoSuchFileException ? "there is no such file" : "cannot be read: " + cause);
    }

    static Parsed wholeFile(Path file, String reason) {
        return new Parsed(file, Snapshot.EMPTY, Map.of(), List.of(new LoadError(file, 0, reason)));
    }

    /**
     * Reads a text as if it were in a file.
     *
     * @param file the name for error messages
     */
    public static Parsed parse(Path file, String text) {
        Problems problems = new Problems(file);
        ObjectReader objects = new ObjectReader(problems);
        try {
            int documents = 0;
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setCodePointLimit(MAX_BYTES)
                    .setMaxAliasesForCollections(0)
                    .build();
            for (Node document : new Compose(settings).composeAllFromString(text)) {
                if (++documents > MAX_DOCUMENTS) {
                    problems.add(
                            Problems.line(document), "too many documents (expected: at most " + MAX_DOCUMENTS + ")");
                    break;
                }
                if (!Tag.NULL.equals(document.getTag())) {
                    objects.read(document);
                }
            }
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    e.getProblemMark().map(Mark::getLine).map(line -> line + 1).orElse(0),
                    "not YAML: " + YamlWords.of(e.getProblem()));
        } catch (YamlEngineException e) {
            problems.add(0, "not YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            problems.add(0, "not usable: nested too deeply");
        }
        return objects.done();
    }
}
