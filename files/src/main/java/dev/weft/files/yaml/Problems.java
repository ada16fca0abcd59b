package dev.weft.files.yaml;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects the errors of one file. */
final class Problems {

    /** Most errors that are kept. They are enough to repair a file, and do not fill the screen. */
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

    /** Sets the object of the next errors, such as "Workload shop/api". */
    void about(String what) {
        object = what;
    }

    /** Sets the line of the file on which the present document begins; later line numbers count from there. */
    void at(int line) {
        base = line;
    }

    int base() {
        return base;
    }

    void add(Node where, String field, String reason) {
        add(line(where), object, field.isEmpty() ? reason : field + ": " + reason);
    }

    /** Reports an error outside of objects. */
    void add(int line, String reason) {
        add(line, "", reason);
    }

    void add(int line, String about, String reason) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FileError(file, line == 0 ? 0 : base + line, about, reason));
        }
    }

    /** Whether the limit of errors for one file is reached. */
    boolean full() {
        return errors.size() >= MAX_ERRORS;
    }

    /** Returns how many errors there are. */
    int count() {
        return errors.size();
    }

    List<FileError> errors() {
        return List.copyOf(errors);
    }

    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).map(line -> line + 1).orElse(0);
    }
}
