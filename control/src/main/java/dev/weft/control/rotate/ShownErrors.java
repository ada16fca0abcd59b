package dev.weft.control.rotate;

import dev.weft.daemon.text.PlainText;
import java.util.List;
import java.util.stream.Stream;

/** Limits what an answer says of the registry's errors, which repeat words of everybody who may write objects. */
final class ShownErrors {

    /** Most errors in one answer. */
    static final int MOST = 100;

    /** Most characters of one error. */
    static final int LONGEST = 500;

    private ShownErrors() {}

    /** Returns the first errors, cleaned and shortened, and a sentence about the number of the others. */
    static List<String> of(List<String> errors) {
        Stream<String> first = errors.stream().limit(MOST).map(ShownErrors::shown);
        int leftOut = errors.size() - MOST;
        return leftOut <= 0
                ? first.toList()
                : Stream.concat(
                                first,
                                Stream.of("and " + leftOut + " more errors: the page /registry and the log of the"
                                        + " control plane have all of them"))
                        .toList();
    }

    private static String shown(String error) {
        String start = error.length() <= LONGEST ? error : error.substring(0, LONGEST - 1) + "…";
        return PlainText.of(start, " ");
    }
}
