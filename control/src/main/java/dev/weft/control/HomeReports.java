package dev.weft.control;

import dev.weft.control.trust.UnpublishedAnchors;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a home reports while the control plane runs.
 *
 * @param notReady why its own services are not ready
 * @param unpublished where its anchors are not published
 */
record HomeReports(Supplier<List<String>> notReady, Supplier<List<UnpublishedAnchors>> unpublished) {

    /** Reports nothing. */
    static final HomeReports NONE = new HomeReports(List::of, List::of);

    static HomeReports of(Home home) {
        return new HomeReports(home::problems, home::unpublished);
    }

    /** Returns what an operator must know: the places that cannot be written. */
    List<String> errors() {
        return unpublished.get().stream()
                .map(UnpublishedAnchors::problem)
                .filter(problem -> !problem.isEmpty())
                .toList();
    }
}
