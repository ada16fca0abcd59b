package dev.weft.cli.join;

import dev.weft.local.launch.LogLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the log of a machine's sidecar goes. The sidecar logs JSON; the output of the command itself is text for
 * people.
 */
public final class MachineLog {

    /** The form and the place of the log. */
    public enum Form {
        /** JSON, in a file: for a command whose output is read on a terminal. */
        FILE,
        /** Text, as part of the command's output. */
        TEXT,
        /** JSON, on standard error, for a program that reads it there. */
        JSON
    }

    private static final int TAIL_LINES = 10;
    /** How long to wait for the last lines of a sidecar that has ended. */
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final Form form;
    private final Optional<Path> file;
    private final Consumer<String> lines;
    private @Nullable Thread reader;

    /**
     * @param folder the folder of the log file
     * @param lines receives each line as text, in form {@code TEXT}
     */
    MachineLog(Form form, Path folder, Consumer<String> lines) {
        this.form = form;
        this.file = form == Form.FILE ? Optional.of(folder.resolve("sidecar.log")) : Optional.empty();
        this.lines = lines;
    }

    /** Returns the log file; empty for the other forms. */
    Optional<Path> file() {
        return file;
    }

    /** Starts a program whose output goes to this log. Its standard input is a pipe. */
    Process start(ProcessBuilder program) throws IOException {
        program.inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        file.ifPresent(log -> program.redirectErrorStream(true).redirectOutput(log.toFile()));
        if (form == Form.TEXT) {
            program.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.PIPE);
        }
        Process process = program.start();
        if (form == Form.TEXT) {
            reader = Thread.ofVirtual().name("sidecar log").start(() -> translate(process));
        }
        return process;
    }

    private void translate(Process process) {
        try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = log.readLine(); line != null; line = log.readLine()) {
                lines.accept(LogLine.forPeople(line));
            }
        } catch (IOException e) {
            lines.accept("the sidecar's log cannot be read any more: " + e.getMessage());
        }
    }

    /** Returns advice for a sidecar that has ended: the last lines of the log file, or where the log is. */
    List<String> whereToLook() throws InterruptedException {
        Thread last = reader;
        if (last != null) {
            boolean _ = last.join(LAST_LINES);
        }
        if (file.isEmpty()) {
            return List.of("its log, above, says why");
        }
        List<String> told = new ArrayList<>(List.of("its log ends with"));
        try {
            List<String> all = Files.readAllLines(file.get(), StandardCharsets.UTF_8);
            all.subList(Math.max(0, all.size() - TAIL_LINES), all.size())
                    .forEach(line -> told.add("  " + LogLine.forPeople(line)));
        } catch (IOException e) {
            told.add("  (" + file.get() + " cannot be read: " + e.getMessage() + ")");
        }
        return told;
    }
}
