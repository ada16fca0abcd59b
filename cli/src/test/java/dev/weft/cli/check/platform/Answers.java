package dev.weft.cli.check.platform;

import dev.weft.cli.cluster.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A program that answers as kubectl does, each question by what was given for the first words of it. */
final class Answers {

    private final Path directory;
    private final Map<String, String> answers = new LinkedHashMap<>();

    Answers(Path directory) {
        this.directory = directory;
    }

    /** The answer to questions that begin so. */
    Answers to(String question, String answer) {
        answers.put(question, answer);
        return this;
    }

    /** kubectl, which complains of each other question. */
    Kubectl kubectl() throws IOException {
        StringBuilder cases = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, String> each : answers.entrySet()) {
            Path answer = directory.resolve("answer" + number++);
            Files.writeString(answer, each.getValue());
            cases.append("\"%s\"*) exec cat %s ;;%n".formatted(each.getKey(), answer));
        }
        Path program = directory.resolve("kubectl");
        Files.writeString(
                program, "#!/bin/sh\ncase \"$*\" in\n" + cases + "*) echo \"refused: $*\" >&2; exit 1 ;;\nesac\n");
        if (!program.toFile().setExecutable(true)) {
            throw new IOException(program + " cannot be made executable");
        }
        return new Kubectl(program.toString(), Optional.empty(), Optional.empty());
    }
}
