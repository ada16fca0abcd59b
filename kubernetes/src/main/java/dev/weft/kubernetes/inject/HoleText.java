package dev.weft.kubernetes.inject;

/**
 * {@code ${name}} or {@code ${name?}}.
 *
 * @param optional the member that has it for its value is left out where the value is empty
 */
record HoleText(String name, boolean optional) {

    static boolean is(String text) {
        return text.startsWith("${") && text.endsWith("}");
    }

    static HoleText of(String text) {
        String name = text.substring(2, text.length() - 1);
        return name.endsWith("?")
                ? new HoleText(name.substring(0, name.length() - 1), true)
                : new HoleText(name, false);
    }
}
