package dev.weft.kubernetes.inject;

import java.util.function.Function;

/** The content of {@code ${name}} in {@code pod.yaml}. */
sealed interface Placeholder {

    /** A value that is the same for each pod of an installation. */
    record Fixed(String value) implements Placeholder {}

    /**
     * A value that depends on the pod, in two languages whose results must be equal.
     *
     * @param variable name of its variable in expressions
     * @param value returns the value; empty if the pod does not set it
     * @param cel CEL expression for the text, with the variables {@code object} (the pod) and {@code namespaceObject}
     */
    record OfPod(String variable, Function<PodFacts, String> value, String cel) implements Placeholder {}
}
