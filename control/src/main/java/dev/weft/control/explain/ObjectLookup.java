package dev.weft.control.explain;

import dev.weft.control.refusal.RefusedException;
import dev.weft.daemon.text.Guess;
import dev.weft.daemon.text.ShortList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finds the one object that a name means: {@code namespace/name}, or {@code name} if only one namespace has it. */
public final class ObjectLookup {

    private ObjectLookup() {}

    /**
     * Returns the element of {@code all} that {@code given} names.
     *
     * @param kind what is looked for, for example {@code workload}
     * @param where where it is looked for, for example {@code mesh shop}
     * @throws RefusedException if there is none of that name, with similar names, or if there are several
     */
    public static <T> T find(String kind, String where, String given, List<T> all, Function<T, String> qualifiedName) {
        List<T> found = all.stream()
                .filter(each -> {
                    String name = qualifiedName.apply(each);
                    return name.equals(given) || name.endsWith("/" + given);
                })
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.isEmpty()) {
            throw unknown(kind, where, given, all.stream().map(qualifiedName).toList());
        }
        throw new RefusedException(
                Questions.SEVERAL,
                "the " + kind + " " + given + " is in several namespaces",
                "say which: " + ShortList.of(found.stream().map(qualifiedName).toList()));
    }

    private static RefusedException unknown(String kind, String where, String given, List<String> names) {
        List<String> guesses = new ArrayList<>(Guess.near(given, names));
        if (guesses.isEmpty() && !given.contains("/")) {
            List<String> bare = names.stream().map(ObjectLookup::bare).toList();
            List<String> near = Guess.near(given, bare);
            names.stream().filter(name -> near.contains(bare(name))).forEach(guesses::add);
        }
        String advice;
        if (!guesses.isEmpty()) {
            advice = Guess.question(guesses);
        } else if (names.isEmpty()) {
            advice = "there is no " + kind + " at all";
        } else {
            advice = "there are: " + ShortList.of(names);
        }
        return new RefusedException(Questions.UNKNOWN, "there is no " + kind + " " + given + " in " + where, advice);
    }

    private static String bare(String qualified) {
        return qualified.substring(qualified.indexOf('/') + 1);
    }
}
