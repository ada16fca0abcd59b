package dev.weft.policy.model;

import dev.weft.policy.request.Token;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a rule requires of one header field. */
public sealed interface HeaderMatch {

    /** The most characters of a field name. */
    int MAX_NAME = 128;

    /** The most characters of a field value. */
    int MAX_VALUE = 1024;

    /** The field's name in lower case. */
    String name();

    /** The field is present and has this value. */
    record Exact(String name, String value) implements HeaderMatch {

        /** @throws IllegalArgumentException if the name or the value is not allowed for a field */
        public Exact {
            Requirement.check("header name", name, unmetName(name));
            Requirement.check("header exact", value, unmetValue(value));
        }

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    /** The field is present, with any value. */
    record Present(String name) implements HeaderMatch {

        /** @throws IllegalArgumentException if the name is not allowed for a field */
        public Present {
            Requirement.check("header name", name, unmetName(name));
        }

        @Override
        public String toString() {
            return name + " present";
        }
    }

    /** Returns what a valid name looks like; null if this name is valid. */
    static @Nullable String unmetName(String name) {
        if (name.length() > MAX_NAME || !Forms.TOKEN.matcher(name).matches()) {
            return "a header's name in lower case, at most " + MAX_NAME + " characters";
        }
        if (name.equals("host")) {
            return "not host: write hosts";
        }
        return Forms.SET_BY_THE_MESH.contains(name) ? "a header that callers send; who calls is asked in from" : null;
    }

    /** Returns what a valid value looks like; null if this value is valid. */
    static @Nullable String unmetValue(String value) {
        return value.length() <= MAX_VALUE && Forms.VALUE.matcher(value).matches()
                ? null
                : "visible ASCII with spaces only inside, at most " + MAX_VALUE + " characters";
    }

    /** Syntax of field names and values, RFC 9110 sections 5.6.2 and 5.5. */
    final class Forms {
        private static final Pattern TOKEN = Pattern.compile(Token.LOWER_CASE_PATTERN);
        private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");
        private static final Set<String> SET_BY_THE_MESH = Set.of("weft-client-id");

        private Forms() {}
    }
}
