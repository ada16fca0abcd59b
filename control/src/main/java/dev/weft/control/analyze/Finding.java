package dev.weft.control.analyze;

/**
 * Something among a mesh's objects that means nothing, or something other than it seems to.
 *
 * @param code stable, with a line in {@code docs/errors.md}
 * @param file where the object is written; empty where it was asked of a mesh that runs
 * @param line where the object begins, from 1; 0 if that is not known
 * @param object kind and name
 * @param problem what is found
 * @param suggestion what to write instead
 */
public record Finding(String code, String file, int line, String object, String problem, String suggestion) {

    /** {@code file:line: object: problem (code)}, as compilers print it. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line;
        return (place.isEmpty() ? "" : place + ": ") + object + ": " + problem + " (" + code + ")";
    }
}
