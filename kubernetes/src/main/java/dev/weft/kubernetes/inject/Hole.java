package dev.weft.kubernetes.inject;

import java.util.function.Function;

/** What stands for {@code ${name}} in {@code pod.yaml}. */
sealed interface Hole {

    /** The same for each pod of an installation. */
    record Fixed(String value) implements Hole {}

    /**
     * As the pod says it, in two languages that must agree.
     *
     * @param variable its name in expressions
     * @param value empty where the pod does not say it
     * @param cel an expression of a text, over {@code object} (the pod) and {@code namespaceObject}
     */
    record OfPod(String variable, Function<PodFacts, String> value, String cel) implements Hole {}
}
