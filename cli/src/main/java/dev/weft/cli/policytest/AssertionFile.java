package dev.weft.cli.policytest;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.daemon.text.Guess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads files of assertions: {@code tests: [{from, to, expect}]}. */
public final class AssertionFile {

    /** Outcomes that may be expected. */
    static final Set<String> OUTCOMES = Set.of("allow", "deny", "per-request");

    private static final long MAX_BYTES = 4L << 20;
    private static final int MAX_TESTS = 10_000;

    private AssertionFile() {}

    record Content(@Nullable List<Assertion> tests) {
        Content {
            tests = tests == null ? null : List.copyOf(tests);
        }
    }

    /**
     * Reads the assertions of a file.
     *
     * @throws CommandFailure if the file cannot be read, or is not a file of assertions
     */
    public static List<Assertion> read(Path file) {
        List<Assertion> tests = parse(file, text(file)).tests();
        if (tests == null || tests.isEmpty() || tests.size() > MAX_TESTS) {
            throw invalid(file, 0, "tests: " + (tests == null ? 0 : tests.size()) + " (expected: 1-" + MAX_TESTS + ")");
        }
        for (int i = 0; i < tests.size(); i++) {
            String unmet = unmet(tests.get(i));
            if (unmet != null) {
                throw invalid(file, 0, "tests[" + i + "]: " + unmet);
            }
        }
        return tests;
    }

    private static @Nullable String unmet(Assertion test) {
        List<String> missing = new ArrayList<>();
        if (test.from() == null) {
            missing.add("from");
        }
        if (test.to() == null) {
            missing.add("to");
        }
        if (test.expect() == null) {
            missing.add("expect");
        } else if (!OUTCOMES.contains(test.expect())) {
            return "expect: " + test.expect() + " (expected: allow, deny or per-request)";
        }
        return missing.isEmpty() ? null : String.join(", ", missing) + " missing (expected: from, to and expect)";
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw invalid(file, 0, "too large (expected: at most " + MAX_BYTES + " bytes)");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw CommandFailure.invalidFile(
                    "WEFT-L111", file + " cannot be read: " + e, "see 'weft policy test --help'");
        }
    }

    private static Content parse(Path file, String text) {
        try {
            return YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(text, Content.class);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw invalid(file, at == null ? 0 : at.getLineNr(), place(e) + inWords(e));
        }
    }

    /** Returns the place of an error in the document, such as {@code tests[0].headers: }. */
    private static String place(JacksonException e) {
        StringBuilder place = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                place.append('[').append(step.getIndex()).append(']');
            } else if (!(e instanceof UnrecognizedPropertyException unknown)
                    || !step.getPropertyName().equals(unknown.getPropertyName())) {
                place.append(place.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return place.isEmpty() ? "" : place + ": ";
    }

    private static String inWords(JacksonException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> {
                List<String> known = unknown.getKnownPropertyIds().stream()
                        .map(Object::toString)
                        .sorted()
                        .toList();
                yield "unknown field " + unknown.getPropertyName()
                        + Guess.near(unknown.getPropertyName(), known).stream()
                                .findFirst()
                                .map(word -> "; did you mean " + word + "?")
                                .orElse(" (known: " + String.join(", ", known) + ")");
            }
            case MismatchedInputException _ when e.getPath().isEmpty() -> "expected: tests: [{from, to, expect}]";
            case MismatchedInputException _ -> "a value has the wrong form; see 'weft policy test --help'";
            default -> firstLine(e.getOriginalMessage());
        };
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static CommandFailure invalid(Path file, int line, String reason) {
        return CommandFailure.invalidFile(
                "WEFT-L110", file + " has an error", file + (line > 0 ? ":" + line : "") + ": " + reason);
    }
}
