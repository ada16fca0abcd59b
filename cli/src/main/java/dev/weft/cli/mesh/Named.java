package dev.weft.cli.mesh;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.daemon.text.Guess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finding the one thing that a name means: {@code namespace/name}, or {@code name} where that is the only one. */
public final class Named {

    private Named() {}

    /**
     * The one of {@code all} that {@code given} names.
     *
     * @param kind what is looked for, as {@code workload}
     * @param where where it was looked for, as {@code mesh shop}
     * @throws CommandFailure when there is none of that name, with the names near it, or when there are several
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
        String names = String.join(", ", found.stream().map(qualifiedName).toList());
        throw new CommandFailure(
                ExitCode.NOT_FOUND,
                "WEFT-L104",
                "the " + kind + " " + given + " is in several namespaces",
                "say which: " + names);
    }

    private static CommandFailure unknown(String kind, String where, String given, List<String> names) {
        List<String> guesses = new ArrayList<>(Guess.near(given, names));
        if (guesses.isEmpty() && !given.contains("/")) {
            List<String> bare = names.stream().map(Named::bare).toList();
            List<String> near = Guess.near(given, bare);
            names.stream().filter(name -> near.contains(bare(name))).forEach(guesses::add);
        }
        String advice;
        if (!guesses.isEmpty()) {
            advice = Guess.question(guesses);
        } else if (names.isEmpty()) {
            advice = "there is no " + kind + " at all";
        } else {
            advice = "there are: " + String.join(", ", names);
        }
        return new CommandFailure(
                ExitCode.NOT_FOUND, "WEFT-L103", "there is no " + kind + " " + given + " in " + where, advice);
    }

    private static String bare(String qualified) {
        return qualified.substring(qualified.indexOf('/') + 1);
    }
}
