package dev.weft.cli.check;

import java.util.List;

/**
 * What a check makes of an observation.
 *
 * @param reason a clause: what was found
 * @param action what to do about it, a clause; empty when it is well
 * @param about a line for each thing that the reason speaks of, none when it says all
 */
record Verdict(Result result, String reason, String action, List<String> about) {

    Verdict {
        about = List.copyOf(about);
    }

    static Verdict ok(String reason) {
        return new Verdict(Result.OK, reason, "", List.of());
    }

    /** Nothing can be said, for this reason; checks with the same reason are shown together. */
    static Verdict unknown(String reason) {
        return new Verdict(Result.UNKNOWN, reason, "", List.of());
    }

    static Verdict warning(String reason, String action, List<String> about) {
        return new Verdict(Result.WARNING, reason, action, about);
    }

    static Verdict failed(String reason, String action, List<String> about) {
        return new Verdict(Result.FAILED, reason, action, about);
    }
}
