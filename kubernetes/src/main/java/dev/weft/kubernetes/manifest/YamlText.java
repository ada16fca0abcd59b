package dev.weft.kubernetes.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads and writes YAML as text. Nodes keep the style in which everything was written; trees have only the values. */
public final class YamlText {

    /** Most characters of a text; larger files are a mistake. */
    public static final int MAX_CHARACTERS = 8 << 20;

    private static final int NO_LIMIT_OF_WIDTH = 1 << 20;

    private static final LoadSettings READING = LoadSettings.builder()
            .setParseComments(true)
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(50)
            .build();

    private static final DumpSettings WRITING = DumpSettings.builder()
            .setDumpComments(true)
            .setSplitLines(false)
            .setWidth(NO_LIMIT_OF_WIDTH)
            .build();

    private YamlText() {}

    /**
     * Splits a text into its documents, without the separator lines. Each document is unchanged.
     *
     * @param text with lines that end in {@code \n}
     */
    public static List<String> documents(String text) {
        List<String> documents = new ArrayList<>();
        StringBuilder document = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            String bare = line.stripTrailing();
            if (bare.equals("---") || bare.startsWith("--- ") || bare.equals("...")) {
                documents.add(document.toString());
                document.setLength(0);
                document.append(bare.startsWith("--- ") ? line.substring("--- ".length()) : "");
            } else {
                document.append(line);
            }
        }
        documents.add(document.toString());
        return documents.stream().filter(part -> !part.isBlank()).toList();
    }

    /**
     * Reads one document.
     *
     * @return empty if the document has comments only
     * @throws InvalidManifestException if it is not YAML
     */
    public static Optional<Node> read(String document) throws InvalidManifestException {
        if (document.length() > MAX_CHARACTERS) {
            throw new InvalidManifestException(
                    document.length() + " characters (expected: at most " + MAX_CHARACTERS + ")");
        }
        try {
            return new Compose(READING).composeString(document);
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + " of the document: ")
                    .orElse("");
            throw new InvalidManifestException(where + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InvalidManifestException(String.valueOf(e.getMessage()));
        }
    }

    /** Writes one document. */
    public static String write(Node document) {
        return new Present(WRITING)
                .emitToString(new Serialize(WRITING).serializeOne(document).iterator());
    }

    /** Writes trees as the documents of one text. */
    public static String write(List<? extends Map<String, Object>> trees) {
        return String.join(
                "---\n", trees.stream().map(tree -> write(Nodes.of(tree))).toList());
    }

    /** Returns the trees of all documents of a resource in the package of a class. */
    public static List<Map<String, Object>> resource(Class<?> beside, String name) {
        try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return trees(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** Returns the trees of all documents of a text that is known to be valid. */
    public static List<Map<String, Object>> trees(String text) {
        List<Map<String, Object>> trees = new ArrayList<>();
        for (Object document : new Load(
                        LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build())
                .loadAllFromString(text)) {
            trees.add(Trees.asMap(document, "document"));
        }
        return trees;
    }
}
