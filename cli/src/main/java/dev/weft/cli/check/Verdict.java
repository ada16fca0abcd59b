package dev.weft.cli.check;

import java.util.List;

/**
 * What a check makes of an observation.
 *
 * @param reason a clause: what was found
 * @param action what to do about it, a clause; empty when it is well
 * @param about a line for each thing that the reason speaks of, none when it says all
 */
public record Verdict(Result result, String reason, String action, List<String> about) {

    public Verdict {
        about = List.copyOf(about);
    }

    /** It is well. */
    public static Verdict ok(String reason) {
        return new Verdict(Result.OK, reason, "", List.of());
    }

    /** Nothing can be said, for this reason; checks with the same reason are shown together. */
    public static Verdict unknown(String reason) {
        return new Verdict(Result.UNKNOWN, reason, "", List.of());
    }

    /** It works still, and will not if it is not looked after. */
    public static Verdict warning(String reason, String action, List<String> about) {
        return new Verdict(Result.WARNING, reason, action, about);
    }

    /** It does not work. */
    public static Verdict failed(String reason, String action, List<String> about) {
        return new Verdict(Result.FAILED, reason, action, about);
    }
}
