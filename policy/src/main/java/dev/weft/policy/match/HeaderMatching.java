package dev.weft.policy.match;

import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks whether the header fields of a request meet a rule. */
final class HeaderMatching {

    private static final String COOKIE = "cookie";

    private HeaderMatching() {}

    /**
     * Whether the fields match. A field may come several times, and it is not known which value the application takes.
     * To admit, every value must be the required one, and no other name may resemble the field's, and Connection must not name it. To refuse, one value
     * is enough, also as a member of a list (RFC 9110 section 5.3, for cookies RFC 6265 section 4.2.1) or under a name
     * that resembles the field's.
     */
    static boolean matches(HeaderMatch match, HttpRequest.Headers headers, Strictness reading) {
        List<String> values = headers.values(match.name());
        return switch (reading) {
            case STRICT -> meetsAll(match, values) && !isAmbiguous(match, headers);
            case WIDE -> meetsOne(match, values) || meetsOne(match, headers.lookalikes(match.name()));
        };
    }

    /**
     * Whether a field has a name that some applications take for that of the rule, or the rule's field is one that some
     * applications drop.
     */
    static boolean isAmbiguous(HeaderMatch match, HttpRequest.Headers headers) {
        return !headers.lookalikes(match.name()).isEmpty() || headers.isOfConnection(match.name());
    }

    private static boolean meetsAll(HeaderMatch match, List<String> values) {
        return switch (match) {
            case HeaderMatch.Present _ -> !values.isEmpty();
            case HeaderMatch.Exact exact -> allAre(values, exact.value());
        };
    }

    private static boolean meetsOne(HeaderMatch match, List<String> values) {
        return switch (match) {
            case HeaderMatch.Present _ -> !values.isEmpty();
            case HeaderMatch.Exact exact -> oneIs(values, exact);
        };
    }

    private static boolean allAre(List<String> values, String value) {
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).equals(value)) {
                return false;
            }
        }
        return !values.isEmpty();
    }

    private static boolean oneIs(List<String> values, HeaderMatch.Exact exact) {
        if (exact.name().equals(COOKIE)) {
            return hasCookies(values, exact.value());
        }
        for (String given : values) {
            if (given.strip().equalsIgnoreCase(exact.value())) {
                return true;
            }
            if (given.contains(",")) {
                for (String member : given.split(",", -1)) {
                    if (member.strip().equalsIgnoreCase(exact.value())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether each cookie that the rule names is among the given ones. Some applications separate them at commas, too. */
    private static boolean hasCookies(List<String> values, String wanted) {
        Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String value : values) {
            given.add(value.strip());
            for (String cookie : value.split(";", -1)) {
                given.add(cookie.strip());
                for (String part : cookie.split(",", -1)) {
                    given.add(part.strip());
                }
            }
        }
        return given.contains(wanted)
                || Stream.of(wanted.split(";", -1)).allMatch(cookie -> given.contains(cookie.strip()));
    }
}
