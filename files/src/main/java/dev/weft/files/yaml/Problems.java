package dev.weft.files.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with one file. */
final class Problems {

    /** Enough to mend a file by; a file of nothing but errors does not fill the screen. */
    static final int MAX_ERRORS = 50;

    private final Path file;
    private final List<FileError> errors = new ArrayList<>();
    private String object = "";
    private int base;

    Problems(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** What the next errors are about, as "Workload shop/api". */
    void about(String what) {
        object = what;
    }

    /** Lines are counted from this one on, from now: where in the file a document begins that is read alone. */
    void at(int line) {
        base = line;
    }

    int base() {
        return base;
    }

    void add(Node where, String field, String reason) {
        add(line(where), object, field.isEmpty() ? reason : field + ": " + reason);
    }

    /** Reports something that is about no object. */
    void add(int line, String reason) {
        add(line, "", reason);
    }

    void add(int line, String about, String reason) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FileError(file, line == 0 ? 0 : base + line, about, reason));
        }
    }

    /** Whether there are as many as are said of one file. */
    boolean full() {
        return errors.size() >= MAX_ERRORS;
    }

    List<FileError> errors() {
        return List.copyOf(errors);
    }

    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).map(line -> line + 1).orElse(0);
    }
}
