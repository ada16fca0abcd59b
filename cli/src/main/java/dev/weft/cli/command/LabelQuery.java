package dev.weft.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Conditions on a workload's labels, in the syntax of kubectl's equality-based selectors. */
record LabelQuery(List<Term> terms) {

    private static final String KEY = "[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?";
    private static final Pattern COMPARED =
            Pattern.compile("(?<key>" + KEY + ")\\s*(?<sign>==|=|!=)\\s*(?<value>[A-Za-z0-9._-]*)");
    private static final Pattern PRESENT = Pattern.compile("(?<no>!?)(?<key>" + KEY + ")");

    LabelQuery {
        terms = List.copyOf(terms);
    }

    sealed interface Term {

        boolean holds(Map<String, String> labels);

        /** The label has this value, or must not have it. */
        record Value(String key, String value, boolean wanted) implements Term {
            @Override
            public boolean holds(Map<String, String> labels) {
                return value.equals(labels.get(key)) == wanted;
            }
        }

        /** The label exists, or must not exist. */
        record Key(String key, boolean wanted) implements Term {
            @Override
            public boolean holds(Map<String, String> labels) {
                return labels.containsKey(key) == wanted;
            }
        }
    }

    boolean matches(Map<String, String> labels) {
        return terms.stream().allMatch(term -> term.holds(labels));
    }

    /** Parses {@code app=api,tier!=test,beta,!old}. */
    static final class Parsed implements ITypeConverter<LabelQuery> {

        @Override
        public LabelQuery convert(String given) {
            List<Term> terms = new ArrayList<>();
            for (String part : given.split(",", -1)) {
                terms.add(term(given, part.strip()));
            }
            return new LabelQuery(terms);
        }

        private static Term term(String given, String part) {
            Matcher compared = COMPARED.matcher(part);
            if (compared.matches()) {
                return new Term.Value(
                        compared.group("key"),
                        compared.group("value"),
                        !compared.group("sign").equals("!="));
            }
            Matcher present = PRESENT.matcher(part);
            if (present.matches()) {
                return new Term.Key(present.group("key"), present.group("no").isEmpty());
            }
            throw new TypeConversionException(
                    "'" + given + "' (expected: labels such as app=api,tier!=test,beta,!old)");
        }
    }
}
