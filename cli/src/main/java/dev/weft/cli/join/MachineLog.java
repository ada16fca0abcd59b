package dev.weft.cli.join;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the sidecar of a machine writes its log: to a file where somebody reads the command's own words, and beside them where
 * a service manager keeps both.
 */
record MachineLog(Optional<Path> file) {

    private static final int TAIL_LINES = 10;

    /**
     * @param aside whether somebody reads along
     * @param folder where the file goes
     */
    static MachineLog of(boolean aside, Path folder) {
        return new MachineLog(aside ? Optional.of(folder.resolve("sidecar.log")) : Optional.empty());
    }

    /** Has a program write there. */
    ProcessBuilder of(ProcessBuilder program) {
        program.inheritIO();
        file.ifPresent(log -> program.redirectErrorStream(true).redirectOutput(log.toFile()));
        return program;
    }

    /** What to read when the sidecar has ended: the log's last lines, or where they are. */
    List<String> whereToLook() {
        if (file.isEmpty()) {
            return List.of("its log, above, says why");
        }
        List<String> lines = new ArrayList<>(List.of("its log ends with"));
        try {
            List<String> all = Files.readAllLines(file.get(), StandardCharsets.UTF_8);
            all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()).forEach(line -> lines.add("  " + line));
        } catch (IOException e) {
            lines.add("  (" + file.get() + " cannot be read: " + e.getMessage() + ")");
        }
        return lines;
    }
}
