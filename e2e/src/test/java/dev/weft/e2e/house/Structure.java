package dev.weft.e2e.house;

import java.util.Set;
import java.util.stream.Collectors;

/** Prints the modules and the packages of each: what each imports, and how often. {@code make structure} runs it. */
final class Structure {

    private static final int WIDTH = 24;

    private Structure() {}

    public static void main(String[] arguments) {
        Imports packages = Imports.of(Source.main());
        Imports modules = packages.grouped(Source::module);
        System.out.println("Each after those that it imports; behind it what it imports, and how often.\n\nmodules");
        print(modules, "");
        for (String module : modules.fromTheGroundUp()) {
            System.out.println("\n" + module);
            print(packages.grouped(name -> Source.module(name).equals(module) ? name : ""), "dev.weft." + module);
        }
        for (Set<String> cycle : packages.cycles()) {
            System.out.println("\ncycle: " + String.join(", ", cycle));
        }
    }

    private static void print(Imports imports, String prefix) {
        for (String name : imports.fromTheGroundUp()) {
            if (!name.isEmpty()) {
                String imported = imports.of(name).entrySet().stream()
                        .filter(other -> !other.getKey().isEmpty())
                        .map(other -> shortly(other.getKey(), prefix) + " " + other.getValue())
                        .collect(Collectors.joining(", "));
                System.out.println(("  %-" + WIDTH + "s %s")
                        .formatted(shortly(name, prefix), imported)
                        .stripTrailing());
            }
        }
    }

    /** A package's name within its module; the module's own package is a dot. */
    private static String shortly(String name, String prefix) {
        String rest = name.substring(prefix.length());
        return rest.isEmpty() ? "." : rest.startsWith(".") ? rest.substring(1) : rest;
    }
}
