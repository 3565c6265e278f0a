package main

var scaling = []Case{
	{"replicas 3 to 2", true, scale(2), nil},
	{"replicas 2 to 3", true, scale(3), nil},
	{"replicas 3 to 1", true, scale(1), nil},
	{"replicas 1 to 3", true, scale(3), nil},
}

func scale(replicas int) func(*Trial) error { return patch(replace(pool+"/replicas", replicas)) }
