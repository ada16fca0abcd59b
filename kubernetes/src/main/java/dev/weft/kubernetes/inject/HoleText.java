package dev.weft.kubernetes.inject;

/**
 * The text {@code ${name}} or {@code ${name?}} in the template.
 *
 * @param optional whether the member with this value is left out if the value is empty
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
