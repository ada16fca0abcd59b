package dev.weft.cli.check;

import java.util.List;

/**
 * The judgement of a check on an observation.
 *
 * @param reason what was found, a clause
 * @param action what to do about it, a clause; empty if all is well
 * @param about a line for each thing that the reason is about; empty if the reason says everything
 */
public record Verdict(Result result, String reason, String action, List<String> about) {

    public Verdict {
        about = List.copyOf(about);
    }

    /** Everything is in order. */
    public static Verdict ok(String reason) {
        return new Verdict(Result.OK, reason, "", List.of());
    }

    /** Nothing is known, for this reason; checks with the same reason are shown together. */
    public static Verdict unknown(String reason) {
        return new Verdict(Result.UNKNOWN, reason, "", List.of());
    }

    /** The checked part still works, but will fail without action. */
    public static Verdict warning(String reason, String action, List<String> about) {
        return new Verdict(Result.WARNING, reason, action, about);
    }

    /** The checked part does not work. */
    public static Verdict failed(String reason, String action, List<String> about) {
        return new Verdict(Result.FAILED, reason, action, about);
    }

    /** A warning, unless nothing was found: then {@code well}. */
    public static Verdict warningOf(List<String> found, String well, String reason, String action) {
        return found.isEmpty() ? ok(well) : warning(reason, action, found);
    }

    /** A failure, unless nothing was found: then {@code well}. */
    public static Verdict failureOf(List<String> found, String well, String reason, String action) {
        return found.isEmpty() ? ok(well) : failed(reason, action, found);
    }
}
