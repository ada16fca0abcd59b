package dev.weft.kubernetes.inject;

/**
 * The text {@code ${name}} or {@code ${name?}} in the template.
 *
 * @param optional whether the member with this value is left out if the value is empty
 */
record PlaceholderText(String name, boolean optional) {

    static boolean is(String text) {
        return text.startsWith("${") && text.endsWith("}");
    }

    static PlaceholderText of(String text) {
        String name = text.substring(2, text.length() - 1);
        return name.endsWith("?")
                ? new PlaceholderText(name.substring(0, name.length() - 1), true)
                : new PlaceholderText(name, false);
    }
}
