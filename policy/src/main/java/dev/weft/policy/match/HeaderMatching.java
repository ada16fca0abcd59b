package dev.weft.policy.match;

import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.List;

/** Whether the header fields of a request are what a rule asks for. */
final class HeaderMatching {

    private HeaderMatching() {}

    /**
     * A field that came several times has several values, and it is not known which of them the application takes: to admit, each must be
     * the one that is asked for; to refuse, one is enough, also as a member of a list with commas (RFC 9110 section 5.3).
     */
    static boolean matches(HeaderMatch match, HttpRequest.Headers headers, Reading reading) {
        List<String> values = headers.values(match.name());
        return switch (match) {
            case HeaderMatch.Present _ -> !values.isEmpty();
            case HeaderMatch.Exact exact ->
                switch (reading) {
                    case STRICT -> allAre(values, exact.value());
                    case WIDE -> oneIs(values, exact.value());
                };
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

    private static boolean oneIs(List<String> values, String value) {
        for (String given : values) {
            if (given.strip().equalsIgnoreCase(value)) {
                return true;
            }
            if (given.indexOf(',') >= 0) {
                for (String member : given.split(",", -1)) {
                    if (member.strip().equalsIgnoreCase(value)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
