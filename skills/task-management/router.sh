#!/bin/sh
# Starts `fanout tasks VERB ...`, with the verbs of OpenAgentsControl's task management.
self=$0
while [ -h "$self" ]; do
	link=$(readlink "$self")
	case $link in
	/*) self=$link ;;
	*) self=$(dirname "$self")/$link ;;
	esac
done
home=$(cd -P "$(dirname "$self")" && cd ../.. && pwd) # the skill's folder may itself be a link
if [ ! -x "$home/bin/fanout" ]; then
	echo "Error: fanout not found at $home/bin/fanout"
	exit 1
fi
exec "$home/bin/fanout" tasks "$@"
