package dev.weft.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Conditions on a workload's labels, in the syntax of kubectl's equality-based selectors. */
final class LabelQuery {

    private static final String KEY = "[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?";
    private static final Pattern COMPARED =
            Pattern.compile("(?<key>" + KEY + ")\\s*(?<sign>==|=|!=)\\s*(?<value>[A-Za-z0-9._-]*)");
    private static final Pattern PRESENT = Pattern.compile("(?<no>!?)(?<key>" + KEY + ")");

    private final List<Predicate<Map<String, String>>> terms;

    private LabelQuery(List<Predicate<Map<String, String>>> terms) {
        this.terms = List.copyOf(terms);
    }

    /** Whether all conditions hold. */
    boolean matches(Map<String, String> labels) {
        return terms.stream().allMatch(term -> term.test(labels));
    }

    /** Parses {@code app=api,tier!=test,beta,!old}. */
    static final class Parsed implements ITypeConverter<LabelQuery> {

        @Override
        public LabelQuery convert(String given) {
            List<Predicate<Map<String, String>>> terms = new ArrayList<>();
            for (String part : given.split(",", -1)) {
                terms.add(term(given, part.strip()));
            }
            return new LabelQuery(terms);
        }

        private static Predicate<Map<String, String>> term(String given, String part) {
            Matcher compared = COMPARED.matcher(part);
            if (compared.matches()) {
                String value = compared.group("value");
                boolean wanted = !compared.group("sign").equals("!=");
                return labels -> value.equals(labels.get(compared.group("key"))) == wanted;
            }
            Matcher present = PRESENT.matcher(part);
            if (present.matches()) {
                boolean wanted = present.group("no").isEmpty();
                return labels -> labels.containsKey(present.group("key")) == wanted;
            }
            throw new TypeConversionException(
                    "'" + given + "' (expected: labels such as app=api,tier!=test,beta,!old)");
        }
    }
}
