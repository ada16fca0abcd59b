package dev.weft.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The exceptions of a rule.
 *
 * @param byReason their names, by why they are exceptions
 */
record Named(Map<String, Set<String>> byReason) {

    /** Passes when these are what breaks the rule, and no other. */
    void assertAre(Set<String> found, String rule) {
        Set<String> named =
                byReason.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        assertThat(without(found, named))
                .as(rule + "; mend these, or name them with the reason")
                .isEmpty();
        assertThat(without(named, found))
                .as(rule + "; these are named as exceptions, and are none any more")
                .isEmpty();
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
